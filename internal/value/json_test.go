package value

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// jsonGood is JSON and what it becomes when read and written.
var jsonGood = []struct{ in, out string }{
	{`null`, `null`},
	{` true `, `true`},
	{"\t\r\n false\n", `false`},
	{`0`, `0`},
	{`-0`, `0`},
	{`-0.0`, `0.0`},
	{`2.50`, `2.50`},
	{`1e3`, `1000`},
	{`1E+2`, `100`},
	{`1.5e-3`, `0.0015`},
	{`79228162514264337593543950335`, `79228162514264337593543950335`},
	{`0.1234567890123456789012345678`, `0.1234567890123456789012345678`},
	{`123456789012345678901234567.8`, `123456789012345678901234567.8`},
	{`""`, `""`},
	{`"a\"\\\/\b\f\n\r\tz"`, `"a\"\\/\b\f\n\r\tz"`},
	{`"\u0000\u001f\u007f"`, "\"\\u0000\\u001f\u007f\""},
	{`"\u0b95\u0BCD"`, `"க்"`},
	{`"\ud83d\ude00"`, `"😀"`},
	{`"<&>"`, `"<&>"`},
	{"\"\u2028\"", "\"\u2028\""},
	{`"🇮🇳 é வணக்கம் and much that follows in ASCII"`, `"🇮🇳 é வணக்கம் and much that follows in ASCII"`},
	{`[]`, `[]`},
	{`[ ]`, `[]`},
	{`{}`, `{}`},
	{`{ }`, `{}`},
	{`[1,[2,[3]],{}]`, `[1,[2,[3]],{}]`},
	{`[1 , "a" , null]`, `[1,"a",null]`},
	{`{"b":1,"a":2}`, `{"a":2,"b":1}`},
	{`{"10":1,"9":2,"அ":3,"Z":4}`, `{"10":1,"9":2,"Z":4,"அ":3}`},
	{`{"a":1,"a":2}`, `{"a":2}`},
	{`{"a":1,"b":2,"a":{"c":[]}}`, `{"a":{"c":[]},"b":2}`},
	{`{"":0}`, `{"":0}`},
	{`{"k\n":0}`, `{"k\n":0}`},
	{`{"a":{"b":{"c":[{"d":1.10}]}}}`, `{"a":{"b":{"c":[{"d":1.10}]}}}`},
}

var jsonBad = []struct {
	in     string
	reason JSONReason
	offset int
}{
	{``, JSONEnd, 0},
	{`  `, JSONEnd, 2},
	{`nul`, JSONEnd, 3},
	{`nulx`, JSONSyntax, 0},
	{`True`, JSONSyntax, 0},
	{`1 2`, JSONTrailing, 2},
	{`[1],`, JSONTrailing, 3},
	{`[1,]`, JSONSyntax, 3},
	{`[,1]`, JSONSyntax, 1},
	{`[1 2]`, JSONSyntax, 3},
	{`[1`, JSONEnd, 2},
	{`[`, JSONEnd, 1},
	{`{`, JSONEnd, 1},
	{`{"a"`, JSONEnd, 4},
	{`{"a":`, JSONEnd, 5},
	{`{"a":1`, JSONEnd, 6},
	{`{"a":1,}`, JSONSyntax, 7},
	{`{a:1}`, JSONSyntax, 1},
	{`{"a" 1}`, JSONSyntax, 5},
	{`{"a":1 "b":2}`, JSONSyntax, 7},
	{`[1}`, JSONSyntax, 2},
	{`{"a":1]`, JSONSyntax, 6},
	{`01`, JSONSyntax, 0},
	{`1.`, JSONSyntax, 0},
	{`.5`, JSONSyntax, 0},
	{`+1`, JSONSyntax, 0},
	{`-`, JSONSyntax, 0},
	{`1e`, JSONSyntax, 0},
	{`1e5e5`, JSONSyntax, 0},
	{`NaN`, JSONSyntax, 0},
	{`Infinity`, JSONSyntax, 0},
	{`0x10`, JSONTrailing, 1},
	{`1_000`, JSONTrailing, 1},
	{`1e400`, JSONNumber, 0},
	{`[79228162514264337593543950336]`, JSONNumber, 1},
	{`"a`, JSONEnd, 2},
	{`"a\`, JSONEnd, 2},
	{`"\x"`, JSONString, 1},
	{`"\u12"`, JSONString, 1},
	{`"\u12g4"`, JSONString, 1},
	{"\"a\nb\"", JSONString, 2},
	{"\"\x00\"", JSONString, 1},
	{"\"a tab in a long string, far in: \t\"", JSONString, 33},
	{"\"\xff\"", JSONUTF8, 1},
	{"\"abc\xc3\"", JSONUTF8, 4},
	{"\"\xed\xa0\x80\"", JSONUTF8, 1},
	{"\"\xc0\xaf\"", JSONUTF8, 1},
	{"\"\\n\xff\"", JSONUTF8, 3},
	{`"\ud83d"`, JSONUTF8, 1},
	{`"\ud83dx"`, JSONUTF8, 1},
	{`"\ud83d\u0041"`, JSONUTF8, 1},
	{`"\ude00"`, JSONUTF8, 1},
	{"\ufeff1", JSONSyntax, 0},
	{"\u00a01", JSONSyntax, 0},
	{"\v1", JSONSyntax, 0},
	{`'a'`, JSONSyntax, 0},
	{`/* */ 1`, JSONSyntax, 0},
	{`[[[[[[[[[[[1]]]]]]]]]]]`, JSONDeep, 10},
	{`[{"a":[{"a":[{"a":[{"a":[{"a":[1]}]}]}]}]}]`, JSONDeep, 30},
}

func TestReadJSON(t *testing.T) {
	h := newTestHeap(t, 0)
	for _, c := range jsonGood {
		v, err := h.ReadJSON(c.in, 10)
		if err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		if v = h.ToJSON(&v); v.Str() != c.out {
			t.Errorf("%s became %s, want %s", c.in, v.Str(), c.out)
		}
	}
	for _, c := range jsonBad {
		v, err := h.ReadJSON(c.in, 10)
		if err == nil {
			t.Errorf("%q was read as %s", c.in, show(v))
			continue
		}
		if e := err.(*JSONError); e.Reason != c.reason || e.Offset != c.offset {
			t.Errorf("%q: reason %d at %d, want %d at %d", c.in, e.Reason, e.Offset, c.reason, c.offset)
		}
	}
}

// TestJSONEveryCut: every beginning of a document is refused, whatever it ends in.
func TestJSONEveryCut(t *testing.T) {
	h := newTestHeap(t, 0)
	const doc = `{"a":[1.5,-2e3,"x\u0b95\ud83d\ude00\n",true,false,null,{"b":{}},[]],"க":"கொ"}`
	for i := range len(doc) {
		if v, err := h.ReadJSON(doc[:i], JSONDepth); err == nil {
			t.Errorf("%s was read as %s", doc[:i], show(v))
		}
	}
}

// TestJSONManyKeys: objects too large for a class, with duplicates on both sides of the
// border.
func TestJSONManyKeys(t *testing.T) {
	h := newTestHeap(t, 0)
	var in strings.Builder
	in.WriteString(`{"k5":"lost"`)
	for i := range 200 {
		in.WriteString(`,"k` + string(rune('0'+i%10)) + strings.Repeat("x", i/10) + `":` + string(rune('0'+i%7)))
	}
	in.WriteString(`,"k5":"kept","k5xxxxxxxxxxxxxxxxxxx":"kept"}`)
	v := fromJSON(t, h, in.String())
	if v.Kind() != KindDict || v.FieldCount() != 200 {
		t.Fatalf("kind %d with %d fields", v.Kind(), v.FieldCount())
	}
	checkAgainstGo(t, h, in.String(), v)
}

// checkAgainstGo holds a value read from JSON, and what is written of it, to encoding/json.
func checkAgainstGo(t *testing.T, h *Heap, in string, v Value) {
	t.Helper()
	text := h.ToJSON(&v)
	sameJSON(t, in, goTree(t, in), goTree(t, text.Str()))
	again := fromJSON(t, h, text.Str())
	if !Equal(&v, &again) {
		t.Fatalf("%q became %q and that another value", in, text.Str())
	}
	if once := h.ToJSON(&again); once.Str() != text.Str() {
		t.Fatalf("%q is written as %q and then as %q", in, text.Str(), once.Str())
	}
}

// goTree is what encoding/json makes of s.
func goTree(t *testing.T, s string) (tree any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	if err := d.Decode(&tree); err != nil {
		t.Fatalf("encoding/json refuses %q: %v", s, err)
	}
	return tree
}

// sameJSON compares two trees of encoding/json; numbers by worth as far as floats tell,
// since we write them in another form.
func sameJSON(t *testing.T, in string, want, got any) {
	t.Helper()
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok || len(g) != len(w) {
			t.Fatalf("%q: got %v, want %v", in, got, want)
		}
		for k := range w {
			sameJSON(t, in, w[k], g[k])
		}
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			t.Fatalf("%q: got %v, want %v", in, got, want)
		}
		for i := range w {
			sameJSON(t, in, w[i], g[i])
		}
	case json.Number:
		g, ok := got.(json.Number)
		a, err := w.Float64()
		b, err2 := g.Float64()
		const tiny = 1e-12
		if d := a - b; !ok || err != nil || err2 != nil || d > tiny*max(1, a) || d < -tiny*max(1, -a) {
			t.Fatalf("%q: got %v, want %v", in, got, want)
		}
	default:
		if got != want {
			t.Fatalf("%q: got %v, want %v", in, got, want)
		}
	}
}

// FuzzJSON: what we accept encoding/json accepts and understands alike; what we refuse it
// refuses too, but for our limits.
func FuzzJSON(f *testing.F) {
	for _, c := range jsonGood {
		f.Add(c.in)
	}
	for _, c := range jsonBad {
		f.Add(c.in)
	}
	f.Add(`{"id":1,"items":[{"sku":"A-1","qty":2,"price":19.99},{"sku":"B","qty":1,"price":5.00}],"total":44.98}`)
	pool := new(Pool)
	f.Fuzz(func(t *testing.T, in string) {
		h := NewHeap(pool, 1<<20)
		defer h.Release()
		v, err := h.ReadJSON(in, 64)
		if err == nil {
			checkAgainstGo(t, h, in, v)
			return
		}
		e := err.(*JSONError)
		if e.Offset < 0 || e.Offset > len(in) {
			t.Fatalf("%q: error at %d", in, e.Offset)
		}
		if e.Reason == JSONNumber || e.Reason == JSONDeep || e.Reason == JSONLarge || !utf8.ValidString(in) {
			return
		}
		if json.Valid([]byte(in)) && e.Reason != JSONUTF8 { // Go lets half a surrogate pair pass
			t.Fatalf("%q: %v, but it is JSON", in, err)
		}
	})
}

func TestJSONOfWhatJSONHasNot(t *testing.T) {
	h := newTestHeap(t, 0)
	r, _ := h.NewRange(Int(1).Decimal(), Int(3).Decimal(), Int(1).Decimal())
	e := h.NewError(h.NewText("no \"luck\""), h.NewText("db.timeout"))
	cases := []struct {
		v    Value
		want string
	}{
		{Undef, `null`},
		{h.Ok(Int(1)), `null`},
		{h.Fail(Int(1)), `null`},
		{Func(3), `null`},
		{Builtin(3), `null`},
		{h.NewClosure(3, []Value{Nil}), `null`},
		{Handle(1, 2, false), `null`},
		{h.NewListOf([]Value{h.Ok(Int(1)), Func(1), Int(2)}), `[null,null,2]`},
		{r, `[1,2,3]`},
		{h.NewListOf([]Value{r, r}), `[[1,2,3],[1,2,3]]`},
		{h.NewBytes([]byte{0, 1, 255}), `"AAH/"`},
		{e, `{"code":"db.timeout","details":null,"message":"no \"luck\""}`},
		{h.NewListOf([]Value{e, Nil}), `[{"code":"db.timeout","details":null,"message":"no \"luck\""},null]`},
		{h.NewDict(0), `{}`},
	}
	for _, c := range cases {
		if got := h.ToJSON(&c.v); got.Str() != c.want {
			t.Errorf("got %s, want %s", got.Str(), c.want)
		}
	}
	far, _ := h.NewRange(Int(1).Decimal(), Int(1_000_000_000).Decimal(), Int(1).Decimal())
	w := Writer{Limit: 1000}
	if b := w.AppendJSON(nil, &far); !w.Cut || len(b) > 1100 {
		t.Errorf("a long range made %d bytes", len(b))
	}
}

// TestQuotedLikeGo tries every byte, and every character that Go treats specially.
func TestQuotedLikeGo(t *testing.T) {
	for c := rune(0); c < 0x3000; c++ {
		s := "a" + string(c) + "b"
		var buf bytes.Buffer
		e := json.NewEncoder(&buf)
		e.SetEscapeHTML(false)
		if err := e.Encode(s); err != nil {
			t.Fatal(err)
		}
		want := strings.TrimSuffix(buf.String(), "\n")
		if c == 0x2028 || c == 0x2029 {
			want = `"` + s + `"` // for JavaScript's sake; JSON has nothing against them
		}
		if got := string(AppendQuoted(nil, s)); got != want {
			t.Errorf("%U: got %s, want %s", c, got, want)
		}
	}
}

// TestJSONAlike: what objects at one place were before must not show in those that differ.
func TestJSONAlike(t *testing.T) {
	h := newTestHeap(t, 0)
	for range 2 {
		for _, in := range []string{
			`[{"a":1,"b":{"c":2}},{"a":1,"b":{"c":2}},{"a":3},{"b":4,"a":5},{"a":6,"b":{"d":7}}]`,
			`[{"a":1,"b":2},{"a":1,"a":2},{"a":1,"b":2,"a":3,"c":4},{"a":1,"b":2,"b":3}]`,
			`[{"a":1,"b":2}, { "a" : 1 , "b" : 2 }, {"a" :1,"b": 2},{"\u0061":1,"b":2}]`,
			`[{"அ":1,"க\"க":2},{"அ":1,"க\"க":2},{"அ":1,"க":2},{"அ":{"அ":1}},{}]`,
			`{"a":[{"x":1},{"x":2,"y":3}],"b":[{"x":1},{"x":2,"y":3}],"c":{"x":1}}`,
			`{"a":[[{"x":1},{"y":1}],[{"y":1},{"x":1}]],"b":[[[{"x":1}]]]}`,
		} {
			checkAgainstGo(t, h, in, fromJSON(t, h, in))
		}
	}
	for _, in := range []string{`[{"a":1,"b":2},{"a":1,"b":`, `[{"a":1,"b":2},{"a":1,"b"`, `[{"a":1},{"a":}]`, `[{"a":1},{"a":1,}]`, `[{"a":1},{"a"1}]`} {
		if v, err := h.ReadJSON(in, JSONDepth); err == nil {
			t.Errorf("%s was read as %s", in, show(v))
		}
	}
}
