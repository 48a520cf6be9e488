package http1

// Pairs walks over key=value pairs separated by '&', as a query or a form
// body holds them. The slices point into the text and are not decoded:
//
//	for p := http1.PairsOf(r.Query); p.Next(); {
//		use(p.Key, p.Value)
//	}
//
// Empty pairs are skipped. A pair without '=' has a nil Value.
type Pairs struct {
	Key, Value []byte
	rest       []byte
}

// PairsOf begins a walk over text.
func PairsOf(text []byte) Pairs { return Pairs{rest: text} }

// Next goes to the next pair and reports whether there is one.
func (p *Pairs) Next() bool {
	for len(p.rest) > 0 {
		var pair []byte
		if pair, p.rest = cutByte(p.rest, '&'); len(pair) > 0 {
			p.Key, p.Value = cutByte(pair, '=')
			return true
		}
	}
	return false
}

// AppendQueryDecoded appends raw with '+' read as a space and percent escapes
// decoded once. Malformed escapes get [ErrEscape]. %00 is decoded: a form
// body may hold any byte, and Parse has refused it in a target.
func AppendQueryDecoded(dst, raw []byte) ([]byte, error) {
	start := len(dst)
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch c {
		case '+':
			c = ' '
		case '%':
			if len(raw)-i < 3 || !classHex.has(raw[i+1]) || !classHex.has(raw[i+2]) {
				return dst[:start], ErrEscape
			}
			c = unhex(raw[i+1])<<4 | unhex(raw[i+2])
			i += 2
		}
		dst = append(dst, c)
	}
	return dst, nil
}

// IsPlainQuery reports whether [AppendQueryDecoded] would only copy raw.
func IsPlainQuery(raw []byte) bool {
	for _, c := range raw {
		if c == '%' || c == '+' {
			return false
		}
	}
	return true
}
