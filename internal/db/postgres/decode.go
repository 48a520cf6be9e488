package postgres

import (
	"encoding/hex"
	"encoding/json"
	"strconv"

	"etamil/internal/db"
)

// decode appends a value of that type, as the server writes it; nil is NULL.
func decode(t *db.Table, oid uint32, b []byte) {
	if b == nil {
		t.Add(db.Cell{})
		return
	}
	switch oid {
	case oidBool:
		c := db.Cell{Kind: db.Bool}
		if len(b) == 1 && b[0] == 't' {
			c.N = 1
		}
		t.Add(c)
	case oidInt2, oidInt4, oidInt8, oidOID:
		if n, ok := integer(b); ok {
			t.Add(db.Cell{Kind: db.Integer, N: n})
			return
		}
		t.AddText(db.Chars, b)
	case oidFloat4, oidFloat8:
		addFloat(t, b)
	case oidNumeric:
		t.AddText(db.Text, b)
	case oidJSON, oidJSONB:
		t.AddText(db.JSON, b)
	case oidBytea:
		if len(b) >= 2 && b[0] == '\\' && b[1] == 'x' {
			raw := make([]byte, hex.DecodedLen(len(b)-2))
			if _, err := hex.Decode(raw, b[2:]); err == nil {
				t.AddText(db.Blob, raw)
				return
			}
		}
		t.AddText(db.Blob, b)
	case oidTimestamp, oidTimestamptz, oidTimetz:
		var room [40]byte
		t.AddText(db.Chars, appendTime(room[:0], b, oid != oidTimestamp))
	default:
		if element, ok := elements[oid]; ok {
			if j, ok := arrayJSON(b, element); ok {
				t.AddText(db.JSON, j)
				return
			}
		}
		t.AddText(db.Chars, b)
	}
}

func integer(b []byte) (n int64, ok bool) {
	n, err := strconv.ParseInt(string(b), 10, 64)
	return n, err == nil
}

// addFloat appends a float with the shortest digits that give it back, which are those that
// the server has written: a real of 0.1 is 0.1.
func addFloat(t *db.Table, b []byte) {
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		t.AddText(db.Chars, b)
		return
	}
	t.Add(db.RealCell(f))
}

// appendTime appends a time as ISO 8601 has it: a T in the middle, and a zone with minutes.
func appendTime(dst, b []byte, zone bool) []byte {
	start := len(dst)
	for _, c := range b {
		if c == ' ' && len(dst)-start == 10 {
			c = 'T'
		}
		dst = append(dst, c)
	}
	n := len(dst)
	if zone && n-start > 3 && (dst[n-3] == '+' || dst[n-3] == '-') {
		dst = append(dst, ":00"...)
	}
	return dst
}

// arrayJSON is an array as the server writes it, as JSON.
func arrayJSON(b []byte, element uint32) (j []byte, ok bool) {
	for i, c := range b { // [0:2]={…}: the bounds are left out
		if c == '{' {
			b = b[i:]
			break
		}
	}
	j, rest, ok := appendArrayJSON(make([]byte, 0, len(b)+16), b, element)
	return j, ok && len(rest) == 0
}

func appendArrayJSON(j, b []byte, element uint32) (out, rest []byte, ok bool) {
	if len(b) == 0 || b[0] != '{' {
		return j, b, false
	}
	b = b[1:]
	j = append(j, '[')
	for first := true; len(b) > 0; first = false {
		if b[0] == '}' {
			return append(j, ']'), b[1:], true
		}
		if !first {
			if b[0] != ',' {
				return j, b, false
			}
			b = b[1:]
			j = append(j, ',')
		}
		if len(b) == 0 {
			return j, b, false
		}
		if b[0] == '{' {
			if j, b, ok = appendArrayJSON(j, b, element); !ok {
				return j, b, false
			}
			continue
		}
		var item []byte
		var quoted bool
		if item, b, quoted, ok = arrayItem(b); !ok {
			return j, b, false
		}
		j = appendItem(j, item, quoted, element)
	}
	return j, b, false
}

// arrayItem is the next element of an array without its quotes.
func arrayItem(b []byte) (item, rest []byte, quoted, ok bool) {
	if b[0] != '"' {
		for i, c := range b {
			if c == ',' || c == '}' {
				return b[:i], b[i:], false, true
			}
		}
		return nil, b, false, false
	}
	item = make([]byte, 0, 16)
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
			if i == len(b) {
				return nil, b, true, false
			}
			item = append(item, b[i])
		case '"':
			return item, b[i+1:], true, true
		default:
			item = append(item, b[i])
		}
	}
	return nil, b, true, false
}

// appendItem appends an element as JSON.
func appendItem(j, item []byte, quoted bool, element uint32) []byte {
	if !quoted && string(item) == "NULL" {
		return append(j, "null"...)
	}
	switch element {
	case oidBool:
		return strconv.AppendBool(j, string(item) == "t")
	case oidInt2, oidInt4, oidInt8, oidOID, oidFloat4, oidFloat8, oidNumeric, oidJSON, oidJSONB:
		if json.Valid(item) { // NaN and Infinity aren't
			return append(j, item...)
		}
	case oidTimestamp, oidTimestamptz, oidTimetz:
		item = appendTime(nil, item, element != oidTimestamp)
	}
	text, _ := json.Marshal(string(item)) // text always can
	return append(j, text...)
}
