// Package world is what the database servers have in common.
package world

import (
	"sort"
	"strconv"
	"strings"

	"github.com/goccy/go-json"
	"github.com/valyala/fasthttp"
)

// Row is one of the table world.
type Row struct {
	ID int `json:"id"`
	N  int `json:"n"`
}

// Done answers a write.
type Done struct {
	ID int `json:"id"`
}

// Twenty are the ids that a request for many rows asks for.
func Twenty(id int) (list [20]int) {
	for i := range list {
		list[i] = (id+487*i)%10000 + 1
	}
	return list
}

// Fortune is one of the table fortune.
type Fortune struct {
	ID      int
	Message string
}

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// Page is the page of fortunes.
func Page(rows []Fortune) []byte {
	rows = append(rows, Fortune{0, "Additional fortune added at request time."})
	sort.Slice(rows, func(i, j int) bool { return rows[i].Message < rows[j].Message })
	b := []byte("<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table><tr><th>id</th><th>message</th></tr>")
	for _, f := range rows {
		b = append(b, "<tr><td>"...)
		b = strconv.AppendInt(b, int64(f.ID), 10)
		b = append(b, "</td><td>"...)
		b = append(b, escape.Replace(f.Message)...)
		b = append(b, "</td></tr>"...)
	}
	return append(b, "</table></body></html>"...)
}

// Answer sends JSON, or the error.
func Answer(c *fasthttp.RequestCtx, v any, err error) {
	var body []byte
	if err == nil {
		body, err = json.Marshal(v)
	}
	if err != nil {
		c.Error(err.Error(), fasthttp.StatusInternalServerError)
		return
	}
	c.SetContentType("application/json")
	c.Response.SetBodyRaw(body)
}

// Route is the path's first word and the number behind it.
func Route(c *fasthttp.RequestCtx) (word string, id int) {
	word, number, _ := strings.Cut(strings.TrimPrefix(string(c.Path()), "/"), "/")
	id, _ = strconv.Atoi(number)
	return word, id
}
