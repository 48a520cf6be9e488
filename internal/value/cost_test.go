package value

import (
	"strings"
	"testing"
)

const invoice = `{"id":"INV-2026-0042","customer":{"name":"முருகன்","city":"மதுரை","credit":25000.00},` +
	`"items":[{"sku":"A-100","qty":2,"price":199.50,"tax":0.18},{"sku":"B-200","qty":1,"price":1250.00,"tax":0.12},` +
	`{"sku":"C-300","qty":10,"price":12.75,"tax":0.05}],"paid":false,"note":null,"total":1776.50}`

// TestNothingAllocates: what programs do all the time takes no memory from Go once the
// worker is warm.
func TestNothingAllocates(t *testing.T) {
	pool := new(Pool)
	h := NewHeap(pool, 64<<20)
	w := h.Writer()
	class := ClassOf("name", "qty", "price")
	keep, _ := Freeze(fromJSON(t, h, invoice))
	tamil := strings.Repeat("வணக்கம் ", 30)
	roots := make([]Value, 4)
	out := make([]byte, 0, 4096)
	fields := []Value{Nil, One, Zero}
	name := ClassOf("qty").Key(0)
	other := NewHeap(pool, 0)
	for what, f := range map[string]func(){
		"text":   func() { h.NewText("some text") },
		"join":   func() { roots[0] = h.JoinString(&EmptyText, "abc"); roots[0] = h.JoinAny(&roots[0], &fields[1]) },
		"list":   func() { roots[0] = h.NewList(0, 0); h.Append(&roots[0], One); h.Append(&roots[0], One) },
		"record": func() { roots[0] = h.NewRecord(class, fields); h.SetField(&roots[0], name, Zero, false) },
		"copy": func() {
			roots[1] = keep
			h.SetField(&roots[1], name, Zero, false)
			h.SetField(&roots[1], name, One, false)
		},
		"closure": func() { h.NewClosure(1, fields); h.Ok(One) },
		"parse":   func() { roots[0], _ = h.ReadJSON(invoice, JSONDepth) },
		"write":   func() { out = w.AppendJSON(out[:0], &keep) },
		"print":   func() { out = w.AppendText(out[:0], &keep) },
		"to JSON": func() { roots[0] = h.ToJSON(&keep) },
		"equal":   func() { roots[0], _ = h.ReadJSON(invoice, JSONDepth); Equal(&roots[0], &keep) },
		"cross":   func() { roots[0], _ = h.ReadJSON(invoice, JSONDepth); other.DeepCopy(roots[0], nil); other.Reset() },
		"collect": func() { roots[0], _ = h.ReadJSON(invoice, JSONDepth); h.Collect(roots) },
		"letters": func() {
			roots[0] = h.NewText(tamil)
			for i := range h.TextLen(&roots[0]) {
				h.Letter(&roots[0], i)
			}
			h.FindText(&roots[0], "கம்", 3)
			for m := FindAll(roots[0].Str(), "க்"); ; {
				if _, _, ok := m.Next(); !ok {
					break
				}
			}
		},
		"walk": func() {
			roots[0] = keep
			roots[1], _ = h.NewIter(&roots[0])
			for h.Next(&roots[1], &roots[2], &roots[3]) {
			}
		},
	} {
		run := func() {
			f()
			clear(roots)
			h.Reset()
		}
		run() // warm
		if n := testing.AllocsPerRun(20, run); n != 0 {
			t.Errorf("%s: %v allocations", what, n)
		}
	}
}

func BenchmarkParseInvoice(b *testing.B) {
	h := NewHeap(new(Pool), 0)
	for b.Loop() {
		if _, err := h.ReadJSON(invoice, JSONDepth); err != nil {
			b.Fatal(err)
		}
		h.Reset()
	}
	b.SetBytes(int64(len(invoice)))
}

func BenchmarkWriteInvoice(b *testing.B) {
	h := NewHeap(new(Pool), 0)
	v := fromJSON(b, h, invoice)
	out := make([]byte, 0, 4096)
	for b.Loop() {
		out = h.Writer().AppendJSON(out[:0], &v)
	}
	b.SetBytes(int64(len(out)))
}

// BenchmarkChurn is a request that builds a record of six fields and ten records of two in
// a list, and ends.
func BenchmarkChurn(b *testing.B) {
	h := NewHeap(new(Pool), 64<<20)
	small, large := ClassOf("sku", "qty"), ClassOf("id", "currency", "status", "total", "customer", "items")
	inr, paid := frozenText("INR"), frozenText("paid")
	for b.Loop() {
		list := h.NewList(0, 0)
		for i := range 10 {
			fields := [2]Value{inr, Int(i)}
			h.Append(&list, h.NewRecord(small, fields[:]))
		}
		fields := [6]Value{One, inr, paid, Int(10), One, list}
		h.NewRecord(large, fields[:])
		h.Reset()
	}
}

func BenchmarkCollectInvoices(b *testing.B) {
	h := NewHeap(new(Pool), 0)
	roots := []Value{h.NewList(0, 0)}
	for range 1000 {
		h.Append(&roots[0], fromJSON(b, h, invoice))
	}
	h.Collect(roots)
	b.SetBytes(int64(h.Live()))
	for b.Loop() {
		h.Collect(roots)
	}
}

func BenchmarkDeepCopyInvoice(b *testing.B) {
	pool := new(Pool)
	h, other := NewHeap(pool, 0), NewHeap(pool, 0)
	v := fromJSON(b, h, invoice)
	for b.Loop() {
		other.DeepCopy(v, nil)
		other.Reset()
	}
}

func BenchmarkLetters(b *testing.B) {
	s := strings.Repeat("வணக்கம் உலகம், ", 100)
	for b.Loop() {
		CountLetters(s)
	}
	b.SetBytes(int64(len(s)))
}
