package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// What the shop (examples/kadai) answers, and whether it is right. The arithmetic here is
// its own: whole paise, no line shared with the shop or with eTamil's decimals.

// homeState is where the shop is: within it half of the tax is CGST and half SGST.
const homeState = "33"

// An amount is money in whole paise. As JSON it is a number with two places at most,
// zeros behind them aside.
type amount int64

func (a *amount) UnmarshalJSON(text []byte) error {
	whole, part, _ := strings.Cut(string(text), ".")
	part = strings.TrimRight(part, "0")
	if len(part) > 2 {
		return fmt.Errorf("%s has more than two places", text)
	}
	n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	*a = amount(n)
	return err
}

// taxes are what a line, a rate or a bill adds up to.
type taxes struct {
	Amount amount `json:"amount"`
	CGST   amount
	SGST   amount
	IGST   amount
	Total  amount `json:"total"`
}

func (t *taxes) add(o taxes) {
	t.Amount, t.CGST, t.SGST, t.IGST, t.Total = t.Amount+o.Amount, t.CGST+o.CGST, t.SGST+o.SGST, t.IGST+o.IGST, t.Total+o.Total
}

type product struct {
	ID    int    `json:"id"`
	Name  string `json:"name"`
	Price amount `json:"price"`
	Rate  int64  `json:"rate"`
	Stock int64  `json:"stock"`
}

type line struct {
	Product int    `json:"product"`
	Name    string `json:"name"`
	Qty     int64  `json:"qty"`
	Price   amount `json:"price"`
	Rate    int64  `json:"rate"`
	taxes
}

type cart struct {
	ID    string `json:"cart"`
	Lines []line `json:"lines"`
	Sum   taxes  `json:"sum"`
}

type invoice struct {
	Number  string `json:"number"`
	Buyer   string `json:"buyer"`
	State   string `json:"state"`
	Words   string `json:"words"`
	Lines   []line `json:"lines"`
	Sum     taxes  `json:"sum"`
	Summary []struct {
		Rate int64 `json:"rate"`
		taxes
	} `json:"summary"`
}

type order struct {
	Number int    `json:"order"`
	Total  amount `json:"total"`
}

// fieldNames are the shop's names in English. encoding/json has no room for them as they
// are: it takes letters in a tag, and the vowel signs of Tamil are marks.
var fieldNames = strings.NewReplacer(
	`"தொகை":`, `"amount":`,
	`"மொத்தம்":`, `"total":`,
	`"பெயர்":`, `"name":`,
	`"விலை":`, `"price":`,
	`"வீதம்":`, `"rate":`,
	`"இருப்பு":`, `"stock":`,
	`"பொருள்":`, `"product":`,
	`"அளவு":`, `"qty":`,
	`"கூடை":`, `"cart":`,
	`"உருப்படிகள்":`, `"lines":`,
	`"கூடுதல்":`, `"sum":`,
	`"விலைப்பட்டியல்_எண்":`, `"number":`,
	`"வாங்குபவர்":`, `"buyer":`,
	`"மாநிலம்":`, `"state":`,
	`"எழுத்தால்":`, `"words":`,
	`"வரிச்_சுருக்கம்":`, `"summary":`,
	`"ஆணை":`, `"order":`,
)

// decode reads a whole answer.
func decode(body []byte, into any) error {
	d := json.NewDecoder(strings.NewReader(fieldNames.Replace(string(body))))
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return errors.New("something follows the JSON")
	}
	return nil
}

// due returns what a line must come to.
func due(price amount, qty, rate int64, state string) taxes {
	t := taxes{Amount: price * amount(qty)}
	if state == homeState {
		t.CGST = amount(roundedShare(int64(t.Amount), rate, 200))
		t.SGST = t.CGST
	} else {
		t.IGST = amount(roundedShare(int64(t.Amount), rate, 100))
	}
	t.Total = t.Amount + t.CGST + t.SGST + t.IGST
	return t
}

// checkLines compares lines and their sum with what was put into the cart: quantities by
// product, with the prices of goods.
func checkLines(lines []line, sum taxes, want map[int]int64, goods map[int]product, state string) error {
	if len(lines) != len(want) {
		return fmt.Errorf("%d lines for %d products", len(lines), len(want))
	}
	var total taxes
	for _, l := range lines {
		p := goods[l.Product]
		if l.Qty != want[l.Product] || l.Price != p.Price || l.Rate != p.Rate || l.Name != p.Name {
			return fmt.Errorf("a line says %d x %d at %d paise, want %d x %d at %d", l.Qty, l.Product, l.Price, want[l.Product], p.ID, p.Price)
		}
		if d := due(p.Price, l.Qty, p.Rate, state); l.taxes != d {
			return fmt.Errorf("a line comes to %+v, want %+v", l.taxes, d)
		}
		total.add(l.taxes)
	}
	if sum != total {
		return fmt.Errorf("the sum is %+v, its lines are %+v", sum, total)
	}
	return nil
}

// check compares an invoice with the order that it is for.
func (v invoice) check(o order, buyer string, want map[int]int64, goods map[int]product, state string) error {
	if v.Number != fmt.Sprintf("K%05d", o.Number) || v.Buyer != buyer || v.State != state || v.Words == "" || v.Sum.Total != o.Total {
		return fmt.Errorf("invoice %s of %s over %d for order %d over %d", v.Number, v.Buyer, v.Sum.Total, o.Number, o.Total)
	}
	if err := checkLines(v.Lines, v.Sum, want, goods, state); err != nil {
		return err
	}
	byRate := map[int64]taxes{}
	var rates []int64
	for _, l := range v.Lines {
		t := byRate[l.Rate]
		t.add(l.taxes)
		byRate[l.Rate] = t
		if !slices.Contains(rates, l.Rate) {
			rates = append(rates, l.Rate)
		}
	}
	slices.Sort(rates)
	if len(v.Summary) != len(rates) {
		return fmt.Errorf("%d rates in the summary, %d in the lines", len(v.Summary), len(rates))
	}
	for i, s := range v.Summary {
		if s.Rate != rates[i] || s.taxes != byRate[s.Rate] {
			return fmt.Errorf("the summary of %d %% is %+v, want %+v", s.Rate, s.taxes, byRate[s.Rate])
		}
	}
	return nil
}
