package main

import (
	"bufio"
	"errors"
	"strings"
	"testing"
)

var testGoods = map[int]product{2: {2, "பருப்பு", 16550, 5, 9}, 11: {11, "சோடா", 1999, 28, 9}}

// testCart is the README's purchase.
const testCart = `{"கூடை":"x","உருப்படிகள்":[
 {"CGST":8.28,"IGST":0,"SGST":8.28,"அளவு":2,"தொகை":331.0,"பெயர்":"பருப்பு","பொருள்":2,"மொத்தம்":347.56,"விலை":165.5,"வீதம்":5},
 {"CGST":8.40,"IGST":0,"SGST":8.40,"அளவு":3,"தொகை":59.97,"பெயர்":"சோடா","பொருள்":11,"மொத்தம்":76.77,"விலை":19.99,"வீதம்":28}],
 "கூடுதல்":{"CGST":16.68,"IGST":0,"SGST":16.68,"தொகை":390.97,"மொத்தம்":424.33}}`

// TestShopArithmetic: the right cart passes, and one that is wrong by a paisa does not.
func TestShopArithmetic(t *testing.T) {
	judge := func(text, state string) error {
		var c cart
		if err := decode([]byte(text), &c); err != nil {
			return err
		}
		return checkLines(c.Lines, c.Sum, map[int]int64{2: 2, 11: 3}, testGoods, state)
	}
	if err := judge(testCart, homeState); err != nil {
		t.Error(err)
	}
	for _, c := range [][2]string{
		{`"CGST":8.28`, `"CGST":8.27`}, {`"மொத்தம்":76.77`, `"மொத்தம்":76.78`}, {`"மொத்தம்":424.33`, `"மொத்தம்":424.34`},
		{`"விலை":19.99`, `"விலை":19.98`}, {`"அளவு":3`, `"அளவு":4`}, {`"தொகை":331.0`, `"தொகை":331.001`}, {`"வீதம்":28`, `"வீதம்":18`}, {`}}`, `}}1`},
	} {
		if judge(strings.Replace(testCart, c[0], c[1], 1), homeState) == nil {
			t.Errorf("%s passed for %s", c[1], c[0])
		}
	}
	if judge(testCart, "29") == nil {
		t.Error("another state's tax passed")
	}
	if d := due(16550, 2, 5, "29"); d != (taxes{33100, 0, 0, 1655, 34755}) {
		t.Errorf("IGST: %+v", d)
	}
}

func TestReadReply(t *testing.T) {
	for _, c := range []struct {
		in     string
		status int
		body   string
		last   bool
		ok     bool
		cookie string
	}{
		{"HTTP/1.1 200 OK\r\nContent-length: 2\r\n\r\nok", 200, "ok", false, true, ""},
		{"HTTP/1.1 400 Bad\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n", 400, "", true, true, ""},
		{"HTTP/1.1 204 No Content\r\n\r\n", 204, "", false, true, ""},
		{"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", 0, "", true, false, ""},
		{"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nok", 0, "", true, false, ""},
		{"HTTP/1.1 200 OK\r\nContent-", 0, "", true, false, ""},
		{"<html>no answer at all", 0, "", true, false, ""},
		{"", 0, "", true, false, ""},
		{"HTTP/1.1 204 No Content\r\nSet-Cookie: a=b; Path=/; HttpOnly\r\n\r\n", 204, "", false, true, "a=b"},
	} {
		status, body, cookie, last, err := readReply(bufio.NewReader(strings.NewReader(c.in)), 0)
		if status != c.status || (err == nil) != c.ok || last != c.last || c.ok && (string(body) != c.body || cookie != c.cookie) {
			t.Errorf("%q: %d %q %q %v %v", c.in, status, body, cookie, last, err)
		}
	}
}

// TestCounter: what an answer counts as.
func TestCounter(t *testing.T) {
	errWrong := errors.New("wrong")
	var c counter
	c.keep(200, 1, nil)
	c.keep(200, 1, errWrong)
	c.keep(503, 1, errWrong)
	c.keep(0, 1, errWrong)
	c.keep(200, -1, nil)
	if c.answered != 4 || c.wrong != 1 || c.ours != 1 || c.lost != 1 || c.latency.total != 3 || len(c.firsts) != 3 {
		t.Errorf("%d answered, %d wrong, %d ours, %d lost, %d timed, %q", c.answered, c.wrong, c.ours, c.lost, c.latency.total, c.firsts)
	}
}
