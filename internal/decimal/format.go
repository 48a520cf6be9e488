package decimal

import "math/bits"

// digitPairs is "00".."99": two digits a division.
const digitPairs = "00010203040506070809" +
	"10111213141516171819" +
	"20212223242526272829" +
	"30313233343536373839" +
	"40414243444546474849" +
	"50515253545556575859" +
	"60616263646566676869" +
	"70717273747576777879" +
	"80818283848586878889" +
	"90919293949596979899"

// digitBuf has room for the 29 digits of a coefficient.
type digitBuf [32]byte

// put writes the digits of v so that they end before buf[end], at least width of them,
// and returns where they begin.
func (buf *digitBuf) put(v uint64, end, width int) int {
	i := end
	for v >= 100 {
		q := v / 100
		p := (v - q*100) * 2
		i -= 2
		buf[i&31], buf[(i+1)&31] = digitPairs[p], digitPairs[p+1]
		v = q
	}
	if v >= 10 {
		i -= 2
		buf[i&31], buf[(i+1)&31] = digitPairs[v*2], digitPairs[v*2+1]
	} else if v > 0 {
		i--
		buf[i&31] = '0' + byte(v)
	}
	for end-i < width {
		i--
		buf[i&31] = '0'
	}
	return i
}

// coefficient writes hi:lo, at least width digits (width <= 29), to the end of buf.
func (buf *digitBuf) coefficient(hi, lo uint64, width int) []byte {
	end := len(buf)
	if hi != 0 {
		// 2^96 / 10^19 < 2^33: one division splits off the lower 19 digits.
		q, r := bits.Div64(hi, lo, pow64[maxPow64])
		i := buf.put(r, end, maxPow64)
		return buf[buf.put(q, i, width-maxPow64):]
	}
	return buf[buf.put(lo, end, width):]
}

// Append appends d as programs print it: without exponent, without zeros at the end of
// a fraction, and zero without a sign. At most 31 bytes.
func (d Decimal) Append(dst []byte) []byte { return d.appendText(dst, true) }

// AppendStored appends d with all digits of its scale, as JSON shows it: 2.50 stays
// 2.50.
func (d Decimal) AppendStored(dst []byte) []byte {
	if d.M < smallKinds {
		return appendSmall(dst, int64(d.N), int(d.M))
	}
	return d.appendText(dst, false)
}

// appendSmall appends n * 10^-scale with all its digits, each written where it will stand.
func appendSmall(dst []byte, n int64, scale int) []byte {
	v, size := uint64(n), 1
	if n < 0 {
		v = -v
	}
	t := bits.Len64(v) * 1233 >> 12 // one digit less than v has, or as many
	if t < maxPow64 && v >= pow64[t&pow64Mask] {
		t++
	}
	if t = max(t, scale+1); n >= 0 {
		size = 0
	}
	size += t
	if scale > 0 {
		size++
	}
	at := len(dst)
	if cap(dst)-at < size {
		dst = append(dst, make([]byte, size)...)
	} else {
		dst = dst[:at+size]
	}
	b, i := dst[at:], size
	if scale > 0 {
		for ; scale >= 2; scale -= 2 {
			q := v / 100
			p := (v - q*100) * 2
			i -= 2
			b[i], b[i+1] = digitPairs[p], digitPairs[p+1]
			v = q
		}
		if scale > 0 {
			q := v / 10
			i--
			b[i] = '0' + byte(v-q*10)
			v = q
		}
		i--
		b[i] = '.'
	}
	for v >= 100 {
		q := v / 100
		p := (v - q*100) * 2
		i -= 2
		b[i], b[i+1] = digitPairs[p], digitPairs[p+1]
		v = q
	}
	if v >= 10 {
		i -= 2
		b[i], b[i+1] = digitPairs[v*2], digitPairs[v*2+1]
	} else {
		i--
		b[i] = '0' + byte(v)
	}
	if n < 0 {
		b[0] = '-'
	}
	return dst
}

// String is the printed form, as from Append.
func (d Decimal) String() string {
	var buf digitBuf
	return string(d.Append(buf[:0]))
}

func (d Decimal) appendText(dst []byte, strip bool) []byte {
	hi, lo, neg, scale := d.split()
	if neg {
		dst = append(dst, '-')
	}
	var buf digitBuf
	text := buf.coefficient(hi, lo, int(scale)+1)
	if scale == 0 {
		return append(dst, text...)
	}
	point := len(text) - int(scale)
	whole, frac := text[:point], text[point:]
	if strip {
		for len(frac) > 0 && frac[len(frac)-1] == '0' {
			frac = frac[:len(frac)-1]
		}
		if len(frac) == 0 {
			return append(dst, whole...)
		}
	}
	dst = append(dst, whole...)
	dst = append(dst, '.')
	return append(dst, frac...)
}
