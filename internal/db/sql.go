package db

import "strings"

// SeemsToRead reports whether sql is one statement that begins as those that only
// read do. The database has the last word.
func SeemsToRead(sql string) bool {
	word, rest := firstWord(sql)
	switch word {
	case "SELECT", "VALUES", "EXPLAIN":
		_, tail, _ := strings.Cut(rest, ";")
		return Blank(tail)
	}
	return false
}

// SeemsToChange reports whether sql begins as statements that change rows do, and nothing else
// of a database.
func SeemsToChange(sql string) bool {
	word, _ := firstWord(sql)
	switch word {
	case "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH":
		return true
	}
	return false
}

// IsOne reports that sql is one statement, as far as that is seen at a glance.
func IsOne(sql string) bool {
	_, tail, _ := strings.Cut(sql, ";")
	return Blank(tail)
}

// BeginsWith reports whether that word, in capitals, is the first of sql.
func BeginsWith(sql, word string) bool {
	first, _ := firstWord(sql)
	return first == word
}

// Blank reports whether there is no statement in sql.
func Blank(sql string) bool { return Skip(sql) == "" }

// Skip leaves out what stands before a statement: white space, comments and
// semicolons.
func Skip(sql string) string {
	for {
		sql = strings.TrimLeft(sql, " \t\r\n\f;")
		var end string
		switch {
		case strings.HasPrefix(sql, "--"):
			end = "\n"
		case strings.HasPrefix(sql, "/*"):
			end = "*/"
		default:
			return sql
		}
		_, after, ok := strings.Cut(sql[2:], end)
		if !ok {
			return ""
		}
		sql = after
	}
}

// firstWord is the first word of sql in capitals, and what follows it.
func firstWord(sql string) (word, rest string) {
	sql = strings.TrimLeft(Skip(sql), "(")
	n := 0
	for n < len(sql) && (sql[n]|0x20 >= 'a' && sql[n]|0x20 <= 'z') {
		n++
	}
	return strings.ToUpper(sql[:n]), sql[n:]
}
