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

// parameter is the type that the server expects of parameter i.
func (s *stmt) parameter(i int) uint32 {
	if i < len(s.desc.ParamOIDs) {
		return s.desc.ParamOIDs[i]
	}
	return 0
}

// formatOf is the format of a value where the server expects that type.
func formatOf(oid uint32, c *db.Cell) uint16 {
	if c.Kind == db.Blob || oid == oidBytea && (c.Kind == db.Chars || c.Kind == db.Text || c.Kind == db.Real) {
		return asBinary
	}
	return asText
}

// appendValue appends a value that isn't NULL, as the server reads it where it expects that type. On an error, what is
// behind b's end does not count.
func appendValue(b []byte, oid uint32, c *db.Cell, text string) ([]byte, error) {
	switch c.Kind {
	case db.Integer:
		return strconv.AppendInt(b, c.N, 10), nil
	case db.Bool:
		switch oid {
		case oidInt2, oidInt4, oidInt8, oidNumeric, oidFloat4, oidFloat8:
			return strconv.AppendInt(b, c.N, 10), nil
		}
		return strconv.AppendBool(b, c.N != 0), nil
	case db.Blob:
		return append(b, text...), nil
	case db.JSON:
		if text[0] == '[' && (elements[oid] != 0 || oid >= firstOwnOID) {
			return array(b, text)
		}
		return append(b, text...), nil
	}
	if len(text) > db.MaxText {
		return b, db.TooLarge(db.MaxText)
	}
	return append(b, text...), nil
}

// array appends a list in JSON as an array: {1,"two",NULL}.
func array(b []byte, text string) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var list []any
	if err := d.Decode(&list); err != nil {
		return b, db.ParamsError("அணி பொருந்தவில்லை", "the list is no array for the database")
	}
	return appendArray(b, list), nil
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
