package mysql

import (
	"database/sql/driver"
	"strconv"

	"etamil/internal/db"
)

// encode is a value for the driver. Numbers that are not whole go with their digits, as
// text: the driver has no decimals, and a float would not keep them.
func encode(c *db.Cell, text string) driver.Value {
	switch c.Kind {
	case db.Null:
		return nil
	case db.Integer, db.Bool:
		return c.N
	case db.Blob:
		return []byte(text)
	}
	return text
}

// decode appends one of the driver's values from a column of that type.
func decode(t *db.Table, column string, v driver.Value) {
	switch v := v.(type) {
	case nil:
		t.Add(db.Cell{})
	case int64:
		t.Add(db.Cell{Kind: db.Integer, N: v})
	case uint64:
		if v>>63 == 0 {
			t.Add(db.Cell{Kind: db.Integer, N: int64(v)})
			return
		}
		t.AddText(db.Text, strconv.AppendUint(nil, v, 10))
	case float64:
		t.Add(db.RealCell(v))
	case float32:
		shortest, _ := strconv.ParseFloat(strconv.FormatFloat(float64(v), 'g', -1, 32), 64) // of what was just written
		t.Add(db.RealCell(shortest))
	case []byte:
		decodeText(t, column, v)
	case string:
		decodeText(t, column, []byte(v))
	case bool:
		c := db.Cell{Kind: db.Bool}
		if v {
			c.N = 1
		}
		t.Add(c)
	default:
		t.Add(db.Cell{})
	}
}

func decodeText(t *db.Table, column string, b []byte) {
	switch column {
	case "DECIMAL", "BIGINT", "UNSIGNED BIGINT":
		t.AddText(db.Text, b)
	case "BINARY", "VARBINARY", "TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB", "BIT", "GEOMETRY":
		t.AddText(db.Blob, b)
	case "JSON":
		t.AddText(db.JSON, b)
	case "DATETIME", "TIMESTAMP":
		var room [40]byte
		iso := append(room[:0], b...)
		if len(iso) > 10 && iso[10] == ' ' {
			iso[10] = 'T'
		}
		if column == "TIMESTAMP" {
			iso = append(iso, "+00:00"...) // the session's zone
		}
		t.AddText(db.Chars, iso)
	default:
		t.AddText(db.Chars, b)
	}
}
