package decimal

// grammar is the set of liberties a kind of text may take with digits . digits.
type grammar uint8

const (
	minusSign    grammar = 1 << iota // -5
	plusSign                         // +5
	leadingZeros                     // 007
	barePoint                        // .5 and 5.
	underscores                      // 1_000
	exponent                         // 1e3

	literal    = leadingZeros
	jsonNumber = minusSign | exponent
	plainText  = minusSign | plusSign | leadingZeros | barePoint | underscores | exponent
)

// maxQuick is how many digits surely fit an int64.
const maxQuick = 18

// quick reads the numbers that are nearly all numbers: at most 18 digits, perhaps a
// sign and a point. ok is false for whatever needs the full scanner, errors included.
func quick[T text](s T, g grammar) (d Decimal, ok bool) {
	i := 0
	neg := false
	if len(s) > 0 && s[0] == '-' && g&minusSign != 0 {
		neg, i = true, 1
	}
	first, point, n := i, -1, uint64(0)
	if len(s)-first > maxQuick+1 {
		return Decimal{}, false
	}
	for ; i < len(s); i++ {
		c := s[i] - '0'
		if c > 9 {
			if s[i] != '.' || point >= 0 {
				return Decimal{}, false
			}
			point = i
			continue
		}
		n = n*10 + uint64(c)
	}
	whole, frac := len(s)-first, 0
	if point >= 0 {
		whole, frac = point-first, len(s)-point-1
		if frac == 0 {
			return Decimal{}, false
		}
	}
	if whole == 0 || whole+frac > maxQuick || whole > 1 && s[first] == '0' && g&leadingZeros == 0 {
		return Decimal{}, false
	}
	if neg {
		n = -n
	}
	return Decimal{n, uint64(frac)}, true
}

// scanned is a number as written: (-1)^neg * w * 10^-scale, where w holds its first 57
// significant digits and sticky tells that a digit after them was not 0.
type scanned struct {
	w      u192
	scale  int
	neg    bool
	hasExp bool
	sticky bool

	chunk    uint64 // digits not yet in w,
	inChunk  int    // and how many they are
	total    int    // significant digits in w and chunk
	anyDigit bool
}

// maxExp stops an exponent from growing: beyond any length of text, so that no number
// of zeros makes up for it.
const maxExp = 1 << 40

// scan reads all of s by the rules of g.
func scan[T text](s T, g grammar) (n scanned, err error) {
	i := 0
	if i < len(s) && (s[i] == '-' && g&minusSign != 0 || s[i] == '+' && g&plusSign != 0) {
		n.neg = s[i] == '-'
		i++
	}
	first, point := i, -1
loop:
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c-'0' <= 9:
			n.digit(c-'0', point >= 0)
		case c == '.' && point < 0:
			point = i
		case c == '_' && g&underscores != 0 && n.anyDigit:
		default:
			break loop
		}
	}
	if !n.anyDigit {
		return n, ErrSyntax
	}
	if point >= 0 && g&barePoint == 0 && (point == first || i == point+1) {
		return n, ErrSyntax
	}
	if g&leadingZeros == 0 && s[first] == '0' && first+1 < len(s) && s[first+1]-'0' <= 9 {
		return n, ErrSyntax
	}
	if i < len(s) && s[i]|0x20 == 'e' && g&exponent != 0 {
		exp, ok := scanExp(s[i+1:])
		if !ok {
			return n, ErrSyntax
		}
		n.hasExp = true
		n.scale -= exp
		i = len(s)
	}
	if i < len(s) {
		return n, ErrSyntax
	}
	n.flush()
	return n, nil
}

// scanExp reads an exponent: an optional sign and digits to the end of s.
func scanExp[T text](s T) (exp int, ok bool) {
	i, neg := 0, false
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		neg, i = s[0] == '-', 1
	}
	if i == len(s) {
		return 0, false
	}
	for ; i < len(s); i++ {
		if s[i]-'0' > 9 {
			return 0, false
		}
		if exp < maxExp {
			exp = exp*10 + int(s[i]-'0')
		}
	}
	if neg {
		exp = -exp
	}
	return exp, true
}

func (n *scanned) digit(c byte, afterPoint bool) {
	n.anyDigit = true
	if n.total == maxPow192 {
		n.sticky = n.sticky || c != 0
		if !afterPoint {
			n.scale--
		}
		return
	}
	if afterPoint {
		n.scale++
	}
	if c == 0 && n.total == 0 {
		return
	}
	n.total++
	n.chunk = n.chunk*10 + uint64(c)
	if n.inChunk++; n.inChunk == maxPow64 {
		n.flush()
	}
}

func (n *scanned) flush() {
	n.w = n.w.mulWord(pow64[n.inChunk&pow64Mask]).add(u192{n.chunk, 0, 0})
	n.chunk, n.inChunk = 0, 0
}

// shed drops zeros beyond MaxScale; another digit there is ErrRange.
func (n *scanned) shed() error {
	if n.w.isZero() {
		return nil
	}
	for n.scale > MaxScale {
		q, r := n.w.divWord(10)
		if r != 0 || n.sticky {
			return ErrRange
		}
		n.w = q
		n.scale--
	}
	return nil
}

// decimal rounds the number once to what 96 bits and MaxScale hold.
func (n *scanned) decimal(mode rounding) (Decimal, error) {
	if n.w.isZero() {
		return Decimal{M: uint64(min(max(n.scale, 0), MaxScale))}, nil
	}
	if n.scale < 0 { // a sticky digit comes with 57 others: too large then
		if n.scale < -MaxScale || !n.w.fits96() {
			return Decimal{}, ErrRange
		}
		w := mulPow(n.w.w1, n.w.w0, uint64(-n.scale))
		if !w.fits96() {
			return Decimal{}, ErrRange
		}
		return join(w.w1, w.w0, n.neg, 0), nil
	}
	scale := uint64(n.scale)
	if scale <= MaxScale && n.w.fits96() {
		return join(n.w.w1, n.w.w0, n.neg, scale), nil
	}
	for k := minDrop(n.w, scale); k <= scale; k++ {
		q, half := n.w.dropDigits(k)
		if half == 0 && n.sticky {
			half = 1
		}
		if mode.away(half, false, q.w0&1 != 0, n.neg) {
			q = q.add(u192{1, 0, 0})
		}
		if q.fits96() {
			return join(q.w1, q.w0, n.neg, scale-k), nil
		}
	}
	return Decimal{}, ErrRange
}
