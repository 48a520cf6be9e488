package decimal

// Grouping is where the commas of a whole number go.
type Grouping uint8

const (
	Western Grouping = iota // by threes: 12,345,678
	Indian                  // the last three, then by twos: 1,23,45,678
)

// AppendFixed appends d rounded half away from zero to places (0..MaxScale; more or
// fewer count as the nearest of these) and written with exactly that many digits after
// the point. A number that rounds to zero has no sign.
func AppendFixed(dst []byte, d Decimal, places int) []byte {
	var buf digitBuf
	neg, whole, frac, zeros := fixed(&buf, d, places)
	if neg {
		dst = append(dst, '-')
	}
	return appendFraction(append(dst, whole...), frac, zeros)
}

// AppendGrouped is AppendFixed with commas in the whole part: Indian, 2 places:
// 12345678 is 1,23,45,678.00.
func AppendGrouped(dst []byte, d Decimal, places int, g Grouping) []byte {
	var buf digitBuf
	neg, whole, frac, zeros := fixed(&buf, d, places)
	if neg {
		dst = append(dst, '-')
	}
	for i, c := range whole {
		if left := len(whole) - i; i > 0 && g.comma(left) {
			dst = append(dst, ',')
		}
		dst = append(dst, c)
	}
	return appendFraction(dst, frac, zeros)
}

// comma says whether one stands before the last n digits.
func (g Grouping) comma(n int) bool {
	if g == Indian && n > 3 {
		return n%2 == 1
	}
	return n%3 == 0
}

// fixed rounds d and gives its text in parts; zeros is what frac lacks of places.
func fixed(buf *digitBuf, d Decimal, places int) (neg bool, whole, frac []byte, zeros int) {
	places = min(max(places, 0), MaxScale)
	hi, lo, neg, scale := Round(d, places).split()
	text := buf.coefficient(hi, lo, int(scale)+1)
	point := len(text) - int(scale)
	return neg, text[:point], text[point:], places - int(scale)
}

func appendFraction(dst, frac []byte, zeros int) []byte {
	if len(frac)+zeros == 0 {
		return dst
	}
	dst = append(append(dst, '.'), frac...)
	for ; zeros > 0; zeros-- {
		dst = append(dst, '0')
	}
	return dst
}
