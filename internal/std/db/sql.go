package db

import "strings"

// kind is what a statement does to connections.
type kind uint8

const (
	changes  kind = iota // anything that may write: the writer runs it
	reads                // only reads: any connection
	begins               // opens a transaction: the fiber keeps the writer
	finishes             // ends it
)

// kindOf looks at the first word of a statement. What it doesn't know may write.
func kindOf(sql string) kind {
	word, rest := firstWord(sql)
	switch word {
	case "SELECT", "VALUES", "EXPLAIN":
		return reads
	case "BEGIN", "SAVEPOINT":
		return begins
	case "COMMIT", "END":
		return finishes
	case "ROLLBACK":
		// ROLLBACK TO goes back to a savepoint and stays in the transaction.
		if next, more := firstWord(rest); next == "TO" || next == "TRANSACTION" && first(more) == "TO" {
			return changes
		}
		return finishes
	}
	return changes
}

func first(sql string) string {
	w, _ := firstWord(sql)
	return w
}

// firstWord returns the first word of sql in capitals, comments left out.
func firstWord(sql string) (word, rest string) {
	for {
		sql = strings.TrimLeft(sql, " \t\r\n\f;(")
		switch {
		case strings.HasPrefix(sql, "--"):
			_, after, ok := strings.Cut(sql, "\n")
			if !ok {
				return "", ""
			}
			sql = after
		case strings.HasPrefix(sql, "/*"):
			_, after, ok := strings.Cut(sql, "*/")
			if !ok {
				return "", ""
			}
			sql = after
		default:
			n := 0
			for n < len(sql) && (sql[n]|0x20 >= 'a' && sql[n]|0x20 <= 'z') {
				n++
			}
			return strings.ToUpper(sql[:n]), sql[n:]
		}
	}
}
