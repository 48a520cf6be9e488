package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// audience is many clients of one server to whom the same is sent: one goroutine and one
// epoll descriptor for all of them. Every message is "n=" with six digits and ";", whatever
// stands around it on the wire, and each client must get each once, in order.
type audience struct {
	poll    int
	clients map[int32]*listener // by descriptor
	latency histogram
	slowest time.Duration
	wrong   int
	lost    int
	got     int
	sent    [maxBroadcasts]atomic.Int64 // when each was asked for, in ns since began
	began   time.Time
	buf     [64 << 10]byte
}

// listener is one of them.
type listener struct {
	next int    // the message that it must get now
	rest []byte // the beginning of one
}

const messageBytes = len("n=000000;")

// gather connects so many clients, each of which sends a request and reads the head of the
// answer.
func gather(n int, port string, request string) (*audience, error) {
	poll, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	a := &audience{poll: poll, clients: make(map[int32]*listener, n), began: time.Now()}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	for range n {
		if err := a.add(number, request); err != nil {
			a.close()
			return nil, fmt.Errorf("client %d of %d: %w", len(a.clients)+1, n, err)
		}
	}
	return a, nil
}

func (a *audience) add(port int, request string) error {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	c := &listener{}
	a.clients[int32(fd)] = c // so that close closes it
	timeout := syscall.Timeval{Sec: 20}
	_ = syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &timeout)
	if err := syscall.Connect(fd, &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}); err != nil && err != syscall.EINTR {
		return err
	}
	if _, err := syscall.Write(fd, []byte(request)); err != nil {
		return err
	}
	var head []byte
	for {
		n, err := syscall.Read(fd, a.buf[:])
		if err == syscall.EINTR {
			continue
		}
		if err == nil && n == 0 {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		head = append(head, a.buf[:n]...)
		if i := bytes.Index(head, []byte("\r\n\r\n")); i >= 0 {
			if !bytes.HasPrefix(head, []byte("HTTP/1.1 101")) && !bytes.HasPrefix(head, []byte("HTTP/1.1 200")) {
				return errors.New(string(head[:min(i, 80)]))
			}
			c.rest = append(c.rest, head[i+4:]...)
			break
		}
	}
	if err := syscall.SetNonblock(fd, true); err != nil {
		return err
	}
	return syscall.EpollCtl(a.poll, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(fd)})
}

// listen takes what comes for so long, or until every client has got so many messages.
func (a *audience) listen(length time.Duration, messages int) {
	events := make([]syscall.EpollEvent, 1024)
	end := time.Now().Add(length)
	for a.got < messages*len(a.clients) && time.Now().Before(end) {
		n, err := syscall.EpollWait(a.poll, events, 20)
		if err != nil {
			continue // interrupted
		}
		for _, e := range events[:n] {
			a.read(e.Fd)
		}
	}
}

func (a *audience) read(fd int32) {
	c := a.clients[fd]
	n, err := syscall.Read(int(fd), a.buf[:])
	if n <= 0 {
		if err != syscall.EAGAIN && err != syscall.EINTR {
			a.lost++
			_ = syscall.EpollCtl(a.poll, syscall.EPOLL_CTL_DEL, int(fd), nil)
		}
		return
	}
	now := int64(time.Since(a.began))
	text := a.buf[:n]
	if len(c.rest) > 0 {
		text = append(c.rest, text...)
		c.rest = nil
	}
	for {
		i := bytes.Index(text, []byte("n="))
		if i < 0 {
			text = text[max(len(text)-1, 0):]
			break
		}
		if text = text[i:]; len(text) < messageBytes {
			break
		}
		number, err := strconv.Atoi(string(text[2 : messageBytes-1]))
		if err != nil || number != c.next || text[messageBytes-1] != ';' {
			a.wrong++
		} else {
			took := time.Duration(now - a.sent[number].Load())
			a.latency.add(took, 1)
			a.slowest = max(a.slowest, took)
		}
		c.next, a.got = number+1, a.got+1
		text = text[messageBytes:]
	}
	if len(text) > 0 && (text[0] == 'n') {
		c.rest = bytes.Clone(text)
	}
}

func (a *audience) close() {
	for fd := range a.clients {
		syscall.Close(int(fd))
	}
	syscall.Close(a.poll)
}

// stayOn keeps the calling goroutine's thread on a core, below 0: nowhere in particular.
func stayOn(core int) {
	runtime.LockOSThread()
	if core >= 0 {
		mask := [16]uint64{}
		mask[core/64] = 1 << (core % 64)
		// An error leaves the thread where it is: the row is a little less steady.
		_, _, _ = syscall.RawSyscall(syscall.SYS_SCHED_SETAFFINITY, 0, unsafe.Sizeof(mask), uintptr(unsafe.Pointer(&mask[0])))
	}
}
