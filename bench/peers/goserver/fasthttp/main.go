// Command fasthttp serves the benchmark's routes with fasthttp and goccy/go-json, and finds
// its route by comparing, which is the least that a router can do.
//
//	fasthttp PORT
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/goccy/go-json"
	"github.com/valyala/fasthttp"

	"goserver/money"
)

func text(c *fasthttp.RequestCtx, body string) {
	c.SetContentType("text/plain; charset=utf-8")
	c.SetBodyString(body)
}

func answer(c *fasthttp.RequestCtx, v any, err error) {
	var body []byte
	if err == nil {
		body, err = json.Marshal(v)
	}
	if err != nil {
		c.Error(err.Error(), fasthttp.StatusBadRequest)
		return
	}
	c.SetContentType("application/json")
	c.Response.SetBodyRaw(body)
}

func handle(c *fasthttp.RequestCtx) {
	switch path := string(c.Path()); {
	case path == "/text":
		text(c, money.Text)
	case path == "/json":
		answer(c, money.Hello, nil)
	case strings.HasPrefix(path, "/tax/"):
		t, err := money.TaxOf(path[len("/tax/"):])
		answer(c, t, err)
	case strings.HasPrefix(path, "/taxx/"):
		t, err := money.ExactTaxOf(path[len("/taxx/"):])
		answer(c, t, err)
	case path == "/invoice":
		var b money.Bill
		err := json.Unmarshal(c.PostBody(), &b)
		answer(c, money.SumOf(&b), err)
	case path == "/invoicex":
		var b money.ExactBill
		err := json.Unmarshal(c.PostBody(), &b)
		answer(c, money.ExactSumOf(&b), err)
	case path == "/big":
		text(c, money.Big)
	default:
		c.NotFound()
	}
}

func main() {
	fmt.Fprintln(os.Stderr, "fasthttp:", fasthttp.ListenAndServe("127.0.0.1:"+os.Args[1], handle))
	os.Exit(1)
}
