package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// An Exchange is a request and what it must be answered with.
type Exchange struct {
	Request string
	Status  int
	Body    string // "" with Any
	Any     bool   // any body will do
}

// A Script is what a row asks for: its exchanges in turn, over and over.
type Script []Exchange

// file renders s the way bench/gen reads it.
func (s Script) file() []byte {
	var b bytes.Buffer
	for _, x := range s {
		size := len(x.Body)
		if x.Any {
			size = -1
		}
		fmt.Fprintf(&b, "%d %d %d\n%s%s\n", len(x.Request), x.Status, size, x.Request, x.Body)
	}
	return b.Bytes()
}

// variants is how many different requests a row about money sends in turn: enough that no
// server answers from a cache, few enough that comparing stays cheap.
const variants = 16

const headLines = " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: */*\r\n"

// ask is a GET that must be answered with body.
func ask(path, body string) Exchange {
	return Exchange{Request: "GET " + path + headLines + "\r\n", Status: 200, Body: body}
}

// hand is a POST of JSON that must be answered with body.
func hand(path, sent, body string) Exchange {
	return Exchange{
		Request: fmt.Sprintf("POST %s%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, headLines, len(sent), sent),
		Status:  200,
		Body:    body,
	}
}

const (
	textBody = "வணக்கம்"
	jsonBody = `{"id":7,"message":"வணக்கம்"}`
)

// bigBody is the answer of 100 KB.
var bigBody = strings.Repeat("0123456789abcdef", 6400)

// paise prints an amount the way every peer prints a number: no point where none is needed.
func paise(p int64) string {
	s := fmt.Sprintf("%d.%02d", p/100, p%100)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// full says that an amount has two places that both count. eTamil and most decimal types
// keep the zero of 196.40 and floating point drops it; both are right, and only amounts on
// which they agree are asked for, so that answers can be compared byte by byte.
func full(amounts ...int64) bool {
	for _, p := range amounts {
		if p%10 == 0 {
			return false
		}
	}
	return true
}

// roundedShare is p times numerator/denominator, halves away from zero.
func roundedShare(p, numerator, denominator int64) int64 {
	return (2*p*numerator + denominator) / (2 * denominator)
}

// incomeTax is the tax that app.qmz computes, in whole paise: 5, 20 and 30 % by slabs and
// 4 % on top. It is exact, and rounds once.
func incomeTax(income int64) int64 {
	var share int64 // paise x 100
	rest := income
	for _, slab := range []struct{ above, percent int64 }{{100_000_000, 30}, {50_000_000, 20}, {25_000_000, 5}} {
		if rest > slab.above {
			share += (rest - slab.above) * slab.percent
			rest = slab.above
		}
	}
	return roundedShare(share, 104, 10_000)
}

// taxScript asks path for the tax of several incomes.
func taxScript(path string) Script {
	random := rand.New(rand.NewPCG(1, 2))
	var s Script
	for len(s) < variants {
		income := 30_000_000 + random.Int64N(300_000_000)
		tax := incomeTax(income)
		if full(income, tax) {
			s = append(s, ask(path+"/"+paise(income), fmt.Sprintf(`{"income":%s,"tax":%s}`, paise(income), paise(tax))))
		}
	}
	return s
}

// goods are what the bills of invoiceScript list, with their rates of tax.
var goods = []struct {
	name, hsn string
	rate      int64
}{
	{"பொன்னி அரிசி", "1006", 5}, {"நல்லெண்ணெய்", "1515", 5}, {"காப்பித்தூள்", "0901", 5}, {"ஊத்துக்குளி நெய்", "0405", 12},
	{"குத்துவிளக்கு", "8306", 12}, {"குளியல் சோப்பு", "3401", 18}, {"பற்பசை", "3306", 18}, {"பன்னீர் சோடா", "2202", 28},
}

// invoiceScript hands bills of about 1 KB to path.
func invoiceScript(path string) Script {
	random := rand.New(rand.NewPCG(3, 4))
	var s Script
	for number := 1001; len(s) < variants; number++ {
		var in, out []string
		var amounts, taxes int64
		for _, g := range goods {
			for {
				price, qty := 1_000+random.Int64N(90_000), 1+random.Int64N(9)
				amount := price * qty
				tax := roundedShare(amount, g.rate, 100)
				if !full(price, amount, tax, amount+tax) {
					continue
				}
				in = append(in, fmt.Sprintf(`{"hsn":"%s","name":"%s","price":%s,"qty":%d,"rate":%d}`, g.hsn, g.name, paise(price), qty, g.rate))
				out = append(out, fmt.Sprintf(`{"amount":%s,"name":"%s","tax":%s,"total":%s}`, paise(amount), g.name, paise(tax), paise(amount+tax)))
				amounts, taxes = amounts+amount, taxes+tax
				break
			}
		}
		if full(amounts, taxes, amounts+taxes) {
			sent := fmt.Sprintf(`{"invoice":"INV-%d","items":[%s],"state":"33"}`, number, strings.Join(in, ","))
			s = append(s, hand(path, sent, fmt.Sprintf(`{"amount":%s,"invoice":"INV-%d","items":[%s],"tax":%s,"total":%s}`,
				paise(amounts), number, strings.Join(out, ","), paise(taxes), paise(amounts+taxes))))
		}
	}
	return s
}

// script returns what a row about a route asks path for.
func script(route, path string) Script {
	switch route {
	case "text":
		return Script{ask(path, textBody)}
	case "json":
		return Script{ask(path, jsonBody)}
	case "tax":
		return taxScript(path)
	case "invoice":
		return invoiceScript(path)
	case "big":
		return Script{ask(path, bigBody)}
	}
	panic("no route is called " + route)
}

// writeCanned puts the bodies that canned peers answer into a folder.
func writeCanned(folder string) error {
	for _, route := range strings.Fields(allRoutes) {
		if err := os.WriteFile(filepath.Join(folder, route), []byte(script(route, "/"+route)[0].Body), 0o644); err != nil {
			return err
		}
	}
	return nil
}
