package rule

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// spellings are the names that may stand after விதி.
var spellings = map[string]Kind{
	"email": Email, "மின்னஞ்சல்": Email, "miZZaWcal": Email,
	"url": URL, "உரலி": URL, "urali": URL,
	"uuid": UUID, "அடையாளம்": UUID, "atYyALam": UUID,
	"date": Date, "தேதி": Date, "qEqi": Date,
	"oneof": OneOf, "ஒன்று": OneOf, "oZRu": OneOf,
}

// Named is the rule that a name stands for.
func Named(name string) (k Kind, ok bool) {
	k, ok = spellings[name]
	return k, ok
}

// Names lists the names of rules, in no order.
func Names() []string {
	list := make([]string, 0, len(spellings))
	for n := range spellings {
		list = append(list, n)
	}
	return list
}

// Bounds of an address (RFC 5321, 4.5.3.1), in bytes.
const (
	maxEmail = 254
	maxLocal = 64
	maxLabel = 63
	maxHost  = 253
)

// isEmail reports whether s can be an address on the Internet: a dot-atom, in any script
// (RFC 6531), at a domain of two labels or more. Quoted names and addresses in brackets,
// which exist on paper, are refused.
func isEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || len(s) > maxEmail || local == "" || len(local) > maxLocal || !utf8.ValidString(s) {
		return false
	}
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" {
			return false
		}
		for _, c := range atom {
			if !isWord(c) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", c) {
				return false
			}
		}
	}
	return isHost(domain) && strings.Contains(domain, ".")
}

// isWord reports whether c is a letter, a mark on one, or a digit, of any script. The two
// joiners are part of words in some.
func isWord(c rune) bool {
	return unicode.IsLetter(c) || unicode.IsMark(c) || unicode.IsDigit(c) || c == '\u200c' || c == '\u200d'
}

// isHost reports whether s is a name of a host, in any script.
func isHost(s string) bool {
	if s == "" || len(s) > maxHost {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range label {
			if !isWord(c) && c != '-' {
				return false
			}
		}
	}
	return true
}

// isUUID reports whether s is one of any version: 8-4-4-4-12 hexadecimal digits.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f':
		default:
			return false
		}
	}
	return true
}

// isDate reports whether s is a day that there is, as YYYY-MM-DD.
func isDate(s string) bool {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return false
	}
	number := func(s string) int {
		n := 0
		for i := range len(s) {
			if s[i] < '0' || s[i] > '9' {
				return 0
			}
			n = n*10 + int(s[i]-'0')
		}
		return n
	}
	year, month, day := number(s[:4]), number(s[5:7]), number(s[8:])
	if year == 0 || month < 1 || month > 12 || day < 1 {
		return false
	}
	days := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		days = 29
	}
	return day <= days
}
