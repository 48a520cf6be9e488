// Package money is what the Go servers compute: an income tax and a bill, once with the
// numbers that Go programs use (whole paise made from floats) and once with the decimal
// type that they use where a paisa matters.
package money

import (
	"math"
	"strconv"

	"github.com/shopspring/decimal"
)

// Text and Message are what /text and /json answer.
const Text = "வணக்கம்"

// Message is the answer of /json.
type Message struct {
	ID      int    `json:"id"`
	Message string `json:"message"`
}

// Hello is the answer of /json.
var Hello = Message{7, Text}

// Tax is the answer of /tax.
type Tax struct {
	Income float64 `json:"income"`
	Tax    float64 `json:"tax"`
}

func toPaise(x float64) int64      { return int64(math.Round(x * 100)) }
func toRupees(paise int64) float64 { return float64(paise) / 100 }

// share is paise times numerator/denominator, halves up.
func share(paise, numerator, denominator int64) int64 {
	return (2*paise*numerator + denominator) / (2 * denominator)
}

// TaxOf computes the tax on an income in whole paise.
func TaxOf(income string) (Tax, error) {
	rupees, err := strconv.ParseFloat(income, 64)
	if err != nil {
		return Tax{}, err
	}
	rest, t := toPaise(rupees), int64(0)
	if rest > 100_000_000 {
		t, rest = (rest-100_000_000)*30, 100_000_000
	}
	if rest > 50_000_000 {
		t, rest = t+(rest-50_000_000)*20, 50_000_000
	}
	if rest > 25_000_000 {
		t += (rest - 25_000_000) * 5
	}
	return Tax{rupees, toRupees(share(t, 104, 10_000))}, nil
}

// Bill is what /invoice is sent.
type Bill struct {
	Invoice string `json:"invoice"`
	Items   []Item `json:"items"`
	State   string `json:"state"`
}

// Item is a line of a Bill.
type Item struct {
	HSN   string  `json:"hsn"`
	Name  string  `json:"name"`
	Price float64 `json:"price"`
	Qty   int64   `json:"qty"`
	Rate  int64   `json:"rate"`
}

// Sum is the answer of /invoice.
type Sum struct {
	Amount  float64 `json:"amount"`
	Invoice string  `json:"invoice"`
	Items   []Line  `json:"items"`
	Tax     float64 `json:"tax"`
	Total   float64 `json:"total"`
}

// Line is a line of a Sum.
type Line struct {
	Amount float64 `json:"amount"`
	Name   string  `json:"name"`
	Tax    float64 `json:"tax"`
	Total  float64 `json:"total"`
}

// SumOf adds a bill up in whole paise.
func SumOf(b *Bill) Sum {
	s := Sum{Invoice: b.Invoice, Items: make([]Line, len(b.Items))}
	var amounts, taxes int64
	for i, it := range b.Items {
		amount := toPaise(it.Price) * it.Qty
		tax := share(amount, it.Rate, 100)
		s.Items[i] = Line{toRupees(amount), it.Name, toRupees(tax), toRupees(amount + tax)}
		amounts, taxes = amounts+amount, taxes+tax
	}
	s.Amount, s.Tax, s.Total = toRupees(amounts), toRupees(taxes), toRupees(amounts+taxes)
	return s
}

// The same in exact decimals.

func init() { decimal.MarshalJSONWithoutQuotes = true }

// ExactTax is the answer of /taxx.
type ExactTax struct {
	Income decimal.Decimal `json:"income"`
	Tax    decimal.Decimal `json:"tax"`
}

var (
	top, middle, low = decimal.New(1_000_000, 0), decimal.New(500_000, 0), decimal.New(250_000, 0)
	p30, p20, p5     = decimal.New(30, -2), decimal.New(20, -2), decimal.New(5, -2)
	cess, percent    = decimal.New(104, -2), decimal.New(1, -2)
)

// ExactTaxOf computes the tax on an income.
func ExactTaxOf(income string) (ExactTax, error) {
	rupees, err := decimal.NewFromString(income)
	if err != nil {
		return ExactTax{}, err
	}
	rest, t := rupees, decimal.Zero
	if rest.GreaterThan(top) {
		t, rest = rest.Sub(top).Mul(p30), top
	}
	if rest.GreaterThan(middle) {
		t, rest = t.Add(rest.Sub(middle).Mul(p20)), middle
	}
	if rest.GreaterThan(low) {
		t = t.Add(rest.Sub(low).Mul(p5))
	}
	return ExactTax{rupees, t.Mul(cess).Round(2)}, nil
}

// ExactBill is what /invoicex is sent.
type ExactBill struct {
	Invoice string      `json:"invoice"`
	Items   []ExactItem `json:"items"`
	State   string      `json:"state"`
}

// ExactItem is a line of an ExactBill.
type ExactItem struct {
	HSN   string          `json:"hsn"`
	Name  string          `json:"name"`
	Price decimal.Decimal `json:"price"`
	Qty   decimal.Decimal `json:"qty"`
	Rate  decimal.Decimal `json:"rate"`
}

// ExactSum is the answer of /invoicex.
type ExactSum struct {
	Amount  decimal.Decimal `json:"amount"`
	Invoice string          `json:"invoice"`
	Items   []ExactLine     `json:"items"`
	Tax     decimal.Decimal `json:"tax"`
	Total   decimal.Decimal `json:"total"`
}

// ExactLine is a line of an ExactSum.
type ExactLine struct {
	Amount decimal.Decimal `json:"amount"`
	Name   string          `json:"name"`
	Tax    decimal.Decimal `json:"tax"`
	Total  decimal.Decimal `json:"total"`
}

// ExactSumOf adds a bill up.
func ExactSumOf(b *ExactBill) ExactSum {
	s := ExactSum{Invoice: b.Invoice, Items: make([]ExactLine, len(b.Items))}
	for i, it := range b.Items {
		amount := it.Price.Mul(it.Qty)
		tax := amount.Mul(it.Rate).Mul(percent).Round(2)
		s.Items[i] = ExactLine{amount, it.Name, tax, amount.Add(tax)}
		s.Amount, s.Tax = s.Amount.Add(amount), s.Tax.Add(tax)
	}
	s.Total = s.Amount.Add(s.Tax)
	return s
}
