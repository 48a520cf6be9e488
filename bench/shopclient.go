package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A counter is what the clients of a soak have seen together.
type counter struct {
	mu                          sync.Mutex
	answered, wrong, ours, lost uint64 // ours: 5xx
	slow, bad, orders           uint64
	latency                     histogram
	sold                        map[int]int64 // by product
	firsts                      []string      // the first few things that were wrong
}

// keep notes one answer, or that there was none. took counts from when its request was due;
// below 0 it is not noted, for clients whose own slowness it would be.
func (c *counter) keep(status int, took time.Duration, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case status == 0:
		c.lost++
	default:
		c.answered++
		if took >= 0 {
			c.latency.add(took, 1)
		}
		if status >= 500 {
			c.ours++
		} else if err != nil {
			c.wrong++
		}
	}
	if (err != nil || status >= 500) && len(c.firsts) < 5 {
		c.firsts = append(c.firsts, fmt.Sprintf("status %d: %v", status, err))
	}
}

const answerLimit = time.Minute

// A wire is one connection of a client at a time, and the cookie that it was given, as a
// browser keeps it: without, each cart would be a new visitor's, with a session for a day.
type wire struct {
	addr   string
	conn   net.Conn
	in     *bufio.Reader
	cookie string
}

func (w *wire) open() error {
	if w.conn != nil {
		return nil
	}
	conn, err := net.DialTimeout("tcp", w.addr, answerLimit)
	if err != nil {
		return err
	}
	w.conn = conn
	if w.in == nil {
		w.in = bufio.NewReaderSize(conn, 8<<10)
	} else {
		w.in.Reset(conn)
	}
	return nil
}

func (w *wire) close() {
	if w.conn != nil {
		w.conn.Close()
		w.conn = nil
	}
}

// exchange sends a request and reads its answer. pause, if any, is waited before each
// byte that is sent and each piece that is read. Status 0 says that no answer came.
func (w *wire) exchange(request string, pause time.Duration) (int, []byte, error) {
	if err := w.open(); err != nil {
		return 0, nil, err
	}
	err := w.conn.SetDeadline(time.Now().Add(answerLimit))
	if pause == 0 {
		_, err = io.WriteString(w.conn, request)
	}
	for i := 0; pause > 0 && err == nil && i < len(request); i++ {
		time.Sleep(pause)
		_, err = io.WriteString(w.conn, request[i:i+1])
	}
	if err != nil {
		w.close()
		return 0, nil, err
	}
	status, body, cookie, last, err := readReply(w.in, pause)
	if cookie != "" {
		w.cookie = cookie
	}
	if err != nil || last {
		w.close()
	}
	return status, body, err
}

// readReply reads an answer with a Content-Length, or with no body. cookie is what the client
// is to send from now on, "" if nothing new; last says that the server closes the connection after it.
func readReply(in *bufio.Reader, pause time.Duration) (status int, body []byte, cookie string, last bool, err error) {
	head, err := in.ReadSlice('\n')
	if err != nil {
		return 0, nil, "", true, err
	}
	if len(head) < 13 || !bytes.HasPrefix(head, []byte("HTTP/1.1 ")) {
		return 0, nil, "", true, fmt.Errorf("answered %q", head)
	}
	if status, err = strconv.Atoi(string(head[9:12])); err != nil {
		return 0, nil, "", true, err
	}
	length := 0
	for {
		head, err := in.ReadSlice('\n')
		if err != nil {
			return 0, nil, "", true, err
		}
		name, value, found := strings.Cut(strings.TrimRight(string(head), "\r\n"), ":")
		if !found {
			break
		}
		switch strings.ToLower(name) {
		case "content-length":
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return 0, nil, "", true, err
			}
		case "set-cookie":
			cookie, _, _ = strings.Cut(strings.TrimSpace(value), ";")
		case "connection":
			last = strings.EqualFold(strings.TrimSpace(value), "close")
		}
	}
	body = make([]byte, length)
	for at := 0; at < length; {
		piece := length - at
		if pause > 0 {
			time.Sleep(pause)
			piece = min(piece, 64)
		}
		if _, err := io.ReadFull(in, body[at:at+piece]); err != nil {
			return 0, nil, "", true, err
		}
		at += piece
	}
	return status, body, cookie, last, nil
}

// A shopper is one client of the shop. It looks around, and now and then buys something,
// one request at each step.
type shopper struct {
	wire
	count  *counter
	goods  map[int]product
	random *rand.Rand
	dripMs int // a slow client waits so long before each byte

	stage int // of a purchase: 0 none, then cart, things, look, order, invoice
	id    string
	state string
	want  map[int]int64
	bill  taxes
	order order
	due   time.Time
}

func (s *shopper) send(method, path, body string) (int, []byte, error) {
	head := method + " " + path + " HTTP/1.1\r\nHost: kadai\r\n"
	if s.cookie != "" {
		head += "Cookie: " + s.cookie + "\r\n"
	}
	request := head + "Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
	if method == "GET" {
		request = head + "\r\n"
	}
	status, answer, err := s.exchange(request, time.Duration(s.dripMs)*time.Millisecond)
	if status == 0 && err == nil {
		err = errors.New("no answer")
	}
	if err != nil {
		err = fmt.Errorf("%s %s: %w", method, path, err)
	}
	return status, answer, err
}

// ask sends a request, holds the answer's status against want, decodes it into into (if
// any) and lets check judge it.
func (s *shopper) ask(method, path, sent string, want int, into any, check func() error) bool {
	status, body, err := s.send(method, path, sent)
	if err == nil && status != want {
		err = fmt.Errorf("%s %s was answered %d, want %d: %.200s", method, path, status, want, body)
	}
	if err == nil && into != nil {
		err = decode(body, into)
	}
	if err == nil && check != nil {
		err = check()
	}
	if err != nil && status != 0 {
		err = fmt.Errorf("%s %s: %w", method, path, err)
	}
	took := time.Since(s.due)
	if s.dripMs > 0 {
		took = -1
	}
	s.count.keep(status, took, err)
	return err == nil
}

func (s *shopper) some() product { return s.goods[1+s.random.IntN(len(s.goods))] }

// step sends one request.
func (s *shopper) step(due time.Time) {
	s.due = due
	if s.dripMs > 0 {
		s.count.mu.Lock()
		s.count.slow++
		s.count.mu.Unlock()
		s.look()
		return
	}
	if s.stage > 0 {
		s.buy()
		return
	}
	switch n := s.random.IntN(100); {
	case n < 6:
		s.misbehave()
	case n < 14:
		s.stage = 1
		s.buy()
	default:
		s.look()
	}
}

func (s *shopper) look() {
	p := s.some()
	if s.dripMs == 0 && s.random.IntN(8) == 0 {
		var list []product
		s.ask("GET", "/porutkal?thedu="+url.QueryEscape(p.Name), "", 200, &list, func() error {
			for _, x := range list {
				if x.ID == p.ID && x.Price == p.Price && strings.Contains(x.Name, p.Name) {
					return nil
				}
			}
			return fmt.Errorf("%s is not found", p.Name)
		})
		return
	}
	var got product
	s.ask("GET", "/porutkal/"+strconv.Itoa(p.ID), "", 200, &got, func() error {
		if got.Stock < 0 {
			return fmt.Errorf("a stock of %d", got.Stock)
		}
		if got.Stock = p.Stock; got != p {
			return fmt.Errorf("product %+v, want %+v", got, p)
		}
		return nil
	})
}

// buy goes one step on with a purchase; what goes wrong ends it.
func (s *shopper) buy() {
	ok := false
	switch s.stage {
	case 1:
		var c cart
		ok = s.ask("POST", "/kudai", "", 201, &c, func() error {
			if c.ID == "" {
				return errors.New("a cart without id")
			}
			return nil
		})
		s.id, s.want, s.state = c.ID, map[int]int64{}, homeState
		if s.random.IntN(3) == 0 {
			s.state = "29"
		}
		s.stage = 2
	case 2:
		p, qty := s.some(), 1+s.random.Int64N(9)
		s.want[p.ID] = qty
		var c cart
		ok = s.ask("PUT", "/kudai/"+s.id+"/"+strconv.Itoa(p.ID), fmt.Sprintf(`{"அளவு": %d}`, qty), 200, &c, func() error {
			return checkLines(c.Lines, c.Sum, s.want, s.goods, homeState)
		})
		if s.random.IntN(2) == 0 {
			s.stage = 3
		}
	case 3:
		var c cart
		ok = s.ask("GET", "/kudai/"+s.id+"?maanilam="+s.state, "", 200, &c, func() error {
			s.bill = c.Sum
			return checkLines(c.Lines, c.Sum, s.want, s.goods, s.state)
		})
		s.stage = 4
	case 4:
		s.order = order{}
		ok = s.ask("POST", "/aanaigal", fmt.Sprintf(`{"கூடை": %q, "பெயர்": "கயல்", "மாநிலம்": %q}`, s.id, s.state), 201, &s.order, func() error {
			if s.order.Number < 1 || s.order.Total != s.bill.Total {
				return fmt.Errorf("order %+v, the cart came to %d", s.order, s.bill.Total)
			}
			return nil
		})
		if ok {
			s.count.mu.Lock()
			s.count.orders++
			for id, n := range s.want {
				s.count.sold[id] += n
			}
			s.count.mu.Unlock()
		}
		s.stage = 5
	case 5:
		var v invoice
		s.ask("GET", "/aanaigal/"+strconv.Itoa(s.order.Number), "", 200, &v, func() error {
			return v.check(s.order, "கயல்", s.want, s.goods, s.state)
		})
	}
	if !ok {
		s.stage = 0
	}
}

// misbehave sends what the shop must refuse: each of these with its status.
func (s *shopper) misbehave() {
	s.count.mu.Lock()
	s.count.bad++
	s.count.mu.Unlock()
	switch s.random.IntN(7) {
	case 0:
		s.ask("GET", "/porutkal/99", "", 404, nil, nil)
	case 1:
		s.ask("GET", "/nowhere", "", 404, nil, nil)
	case 2:
		s.ask("DELETE", "/kudai", "", 405, nil, nil)
	case 3:
		s.ask("POST", "/aanaigal", `{"கூடை": `, 400, nil, nil)
	case 4:
		s.ask("POST", "/aanaigal", `{"கூடை": "x", "பெயர்": "", "மாநிலம்": "33"}`, 422, nil, nil)
	case 5:
		s.raw("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)
	case 6:
		s.raw("GET / HTTP/1.1\r\nHost: kadai\r\nX: "+strings.Repeat("x", 40<<10)+"\r\n\r\n", 431)
	}
}

// raw sends bytes on a connection of their own and expects a status.
func (s *shopper) raw(request string, want int) {
	w := wire{addr: s.addr}
	defer w.close()
	status, _, err := w.exchange(request, 0)
	if err == nil && status != want {
		err = fmt.Errorf("%.40q was answered %d, want %d", request, status, want)
	}
	s.count.keep(status, time.Since(s.due), err)
}
