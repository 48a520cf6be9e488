// Command nethttp serves the benchmark's routes with Go's standard library.
//
//	nethttp PORT
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"

	"goserver/money"
)

func text(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	fmt.Fprint(w, body)
}

func answer(w http.ResponseWriter, v any, err error) {
	var body []byte
	if err == nil {
		body, err = json.Marshal(v)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body)
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /text", func(w http.ResponseWriter, r *http.Request) { text(w, money.Text) })
	mux.HandleFunc("GET /big", func(w http.ResponseWriter, r *http.Request) { text(w, money.Big) })
	mux.HandleFunc("GET /json", func(w http.ResponseWriter, r *http.Request) { answer(w, money.Hello, nil) })
	mux.HandleFunc("GET /tax/{income}", func(w http.ResponseWriter, r *http.Request) {
		t, err := money.TaxOf(r.PathValue("income"))
		answer(w, t, err)
	})
	mux.HandleFunc("GET /taxx/{income}", func(w http.ResponseWriter, r *http.Request) {
		t, err := money.ExactTaxOf(r.PathValue("income"))
		answer(w, t, err)
	})
	mux.HandleFunc("POST /invoice", func(w http.ResponseWriter, r *http.Request) {
		var b money.Bill
		err := json.NewDecoder(r.Body).Decode(&b)
		answer(w, money.SumOf(&b), err)
	})
	mux.HandleFunc("POST /invoicex", func(w http.ResponseWriter, r *http.Request) {
		var b money.ExactBill
		err := json.NewDecoder(r.Body).Decode(&b)
		answer(w, money.ExactSumOf(&b), err)
	})
	fmt.Fprintln(os.Stderr, "nethttp:", http.ListenAndServe("127.0.0.1:"+os.Args[1], mux))
	os.Exit(1)
}
