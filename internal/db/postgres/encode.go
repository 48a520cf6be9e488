package postgres

import (
	"bytes"
	"encoding/json"
	"strconv"

	"etamil/internal/db"
)

// The numbers of PostgreSQL's own types, which never change.
const (
	oidBool        = 16
	oidBytea       = 17
	oidInt8        = 20
	oidInt2        = 21
	oidInt4        = 23
	oidOID         = 26
	oidJSON        = 114
	oidFloat4      = 700
	oidFloat8      = 701
	oidTimestamp   = 1114
	oidTimestamptz = 1184
	oidTimetz      = 1266
	oidNumeric     = 1700
	oidJSONB       = 3802

	firstOwnOID = 16384 // of types that somebody has created
)

// elements is the type of what stands in an array.
var elements = map[uint32]uint32{
	1000: oidBool, 1001: oidBytea, 1005: oidInt2, 1007: oidInt4, 1016: oidInt8, 1028: oidOID,
	1021: oidFloat4, 1022: oidFloat8, 1231: oidNumeric, 199: oidJSON, 3807: oidJSONB,
	1115: oidTimestamp, 1185: oidTimestamptz, 1270: oidTimetz,
	1009: 25, 1015: 1043, 1014: 1042, 1002: 18, 1003: 19, 1182: 1082, 1183: 1083, 1187: 1186,
	2951: 2950, 1041: 869, 651: 650, 1040: 829, 143: 142,
}

// Formats of values.
const (
	asText   = 0
	asBinary = 1
)

// arguments are the parameters of a statement as the server reads them.
func (s *stmt) arguments(p *db.Params) (values [][]byte, formats []int16, err error) {
	order, err := s.Values(p)
	if err != nil || len(order) == 0 {
		return nil, nil, err
	}
	values, formats = make([][]byte, len(order)), make([]int16, len(order))
	for i, at := range order {
		var oid uint32
		if i < len(s.desc.ParamOIDs) {
			oid = s.desc.ParamOIDs[i]
		}
		if values[i], formats[i], err = encode(oid, &p.Cells[at], p.Texts[at]); err != nil {
			return nil, nil, err
		}
	}
	return values, formats, nil
}

// encode is a value as the server reads it where it expects that type.
func encode(oid uint32, c *db.Cell, text string) (b []byte, format int16, err error) {
	switch c.Kind {
	case db.Null:
		return nil, asText, nil
	case db.Integer:
		return strconv.AppendInt(make([]byte, 0, 20), c.N, 10), asText, nil
	case db.Bool:
		switch oid {
		case oidInt2, oidInt4, oidInt8, oidNumeric, oidFloat4, oidFloat8:
			return strconv.AppendInt(nil, c.N, 10), asText, nil
		}
		return strconv.AppendBool(nil, c.N != 0), asText, nil
	case db.Blob:
		return []byte(text), asBinary, nil
	case db.JSON:
		if text[0] == '[' && (elements[oid] != 0 || oid >= firstOwnOID) {
			return array(text)
		}
		return []byte(text), asText, nil
	}
	if len(text) > db.MaxText {
		return nil, 0, db.TooLarge(db.MaxText)
	}
	if oid == oidBytea {
		return []byte(text), asBinary, nil
	}
	return []byte(text), asText, nil
}

// array is a list in JSON as an array: {1,"two",NULL}.
func array(text string) (b []byte, format int16, err error) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var list []any
	if err := d.Decode(&list); err != nil {
		return nil, 0, db.ParamsError("அணி பொருந்தவில்லை", "the list is no array for the database")
	}
	return appendArray(nil, list), asText, nil
}

func appendArray(b []byte, list []any) []byte {
	b = append(b, '{')
	for i, x := range list {
		if i > 0 {
			b = append(b, ',')
		}
		switch x := x.(type) {
		case nil:
			b = append(b, "NULL"...)
		case json.Number:
			b = append(b, x...)
		case bool:
			b = strconv.AppendBool(b, x)
		case string:
			b = appendElement(b, x)
		case []any:
			b = appendArray(b, x)
		default:
			j, _ := json.Marshal(x) // it has just been decoded
			b = appendElement(b, string(j))
		}
	}
	return append(b, '}')
}

func appendElement(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return append(b, '"')
}
