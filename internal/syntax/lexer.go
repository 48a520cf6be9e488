package syntax

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"etamil/internal/decimal"
	"etamil/internal/diag"
	"etamil/internal/source"

	"golang.org/x/text/unicode/norm"
)

// maxMessages bounds how many mistakes of one file are listed, so that a file
// that is no program at all costs no memory.
const maxMessages = 50

const byteOrderMark = "\ufeff"

// lexer cuts a file into tokens, in one pass and without recursion: what nests
// (brackets, f-strings, comments) is counted or kept on a stack.
type lexer struct {
	f    *source.File
	text string
	pos  int // the next byte to read
	tokens
	open     []int32               // indices of the brackets that are open
	count    [KindRBrace + 1]int32 // how many of each kind are in open
	messages []*diag.Message
	full     bool // no more messages
}

// lex returns the tokens of f and the mistakes in it.
func lex(f *source.File) (tokens, []*diag.Message) {
	l := &lexer{f: f, text: f.Text}
	if strings.HasPrefix(l.text, byteOrderMark) {
		l.pos = len(byteOrderMark)
	}
	// One token in five bytes of code is what programs hold; Tamil ones less.
	l.list = make([]Token, 0, codeBytes(l.text)/5+8)
	for l.pos < len(l.text) {
		l.token()
	}
	for _, i := range l.open {
		if t := l.list[i]; t.Kind == KindFStart {
			l.fail(diag.LexFString, int(t.Start), len(l.text), quote(l.text[t.Start:]))
			break // those inside it are open for the same reason
		}
	}
	l.add(KindEOF, len(l.text), len(l.text), -1)
	diag.Sort(l.messages)
	return l.tokens, l.messages
}

// codeBytes is how much of text stands in lines that are no comments.
func codeBytes(text string) int {
	n := len(text)
	for at := 0; ; {
		i := strings.Index(text[at:], "\n//")
		if i < 0 {
			return n
		}
		at += i + 1
		end := strings.IndexByte(text[at:], '\n')
		if end < 0 {
			return n - (len(text) - at)
		}
		n -= end
		at += end
	}
}

func (l *lexer) add(k Kind, start, end int, aux int32) {
	l.list = append(l.list, Token{Kind: k, Start: int32(start), End: int32(end), aux: aux})
}

// sign adds a token of n bytes.
func (l *lexer) sign(k Kind, n int) {
	l.add(k, l.pos, l.pos+n, -1)
	l.pos += n
}

func (l *lexer) fail(code diag.Code, start, end int, args ...string) {
	if l.full {
		return
	}
	if len(l.messages) == maxMessages {
		l.full = true
		code, end, args = diag.LexTooManyMistakes, start, []string{strconv.Itoa(maxMessages)}
	}
	l.messages = append(l.messages, diag.New(code, source.Span{Start: l.f.Pos(start), End: l.f.Pos(end)}, args...))
}

// at returns the byte n places ahead, or 0 at the end.
func (l *lexer) at(n int) byte {
	if l.pos+n < len(l.text) {
		return l.text[l.pos+n]
	}
	return 0
}

// token reads whatever begins at l.pos.
func (l *lexer) token() {
	c := l.text[l.pos]
	switch {
	case c == ' ' || c == '\t' || c == '\n' || c == '\f':
		l.pos++
		return
	case c == '\r':
		l.carriageReturn()
		return
	case c >= '0' && c <= '9':
		l.number()
		return
	case c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		l.word()
		return
	case c >= utf8.RuneSelf:
		if tamilLetter(l.text[l.pos:]) {
			l.word()
		} else if r, _ := utf8.DecodeRuneInString(l.text[l.pos:]); isStart(r) {
			l.word()
		} else {
			l.stray()
		}
		return
	}
	two := func(second byte) bool { return l.at(1) == second }
	switch c {
	case '"':
		l.string()
	case '/':
		switch {
		case two('/'):
			l.lineComment()
		case two('*'):
			l.blockComment()
		default:
			l.sign(KindSlash, 1)
		}
	case '(':
		l.openBracket(KindLParen, 1)
	case ')':
		l.closeBracket(KindRParen, KindLParen)
	case '[':
		l.openBracket(KindLBrack, 1)
	case ']':
		l.closeBracket(KindRBrack, KindLBrack)
	case '{':
		l.openBracket(KindLBrace, 1)
	case '}':
		l.closeBrace()
	case '=':
		switch {
		case two('='):
			l.sign(KindEq, 2)
		case two('>'):
			l.sign(KindArrow, 2)
		default:
			l.sign(KindAssign, 1)
		}
	case '<':
		if two('=') {
			l.sign(KindLe, 2)
		} else {
			l.sign(KindLt, 1)
		}
	case '>':
		if two('=') {
			l.sign(KindGe, 2)
		} else {
			l.sign(KindGt, 1)
		}
	case '!':
		if two('=') {
			l.sign(KindNe, 2)
		} else {
			l.fail(diag.LexExclamation, l.pos, l.pos+1)
			l.pos++
		}
	case '.':
		if two('.') {
			l.sign(KindDots, 2)
		} else {
			l.sign(KindDot, 1)
		}
	case ':':
		if n := len(l.open); n > 0 && l.list[l.open[n-1]].Kind == KindHole {
			l.spec()
		} else {
			l.sign(KindColon, 1)
		}
	case '+':
		l.sign(KindPlus, 1)
	case '-':
		l.sign(KindMinus, 1)
	case '*':
		l.sign(KindStar, 1)
	case '&':
		l.sign(KindAmp, 1)
	case '?':
		l.sign(KindQuestion, 1)
	case ',':
		l.sign(KindComma, 1)
	case ';':
		l.sign(KindSemicolon, 1)
	case '%':
		l.fail(diag.LexPercent, l.pos, l.pos+1)
		l.pos++
	default:
		l.stray()
	}
}

// carriageReturn reads a CR between tokens: half of a line end, or a mistake.
func (l *lexer) carriageReturn() {
	if l.at(1) != '\n' {
		l.fail(diag.LexReturn, l.pos, l.pos+1)
	}
	l.pos++
}

// stray reads one character that begins no token.
func (l *lexer) stray() {
	n, bad := l.badRune()
	if !bad {
		if r, _ := utf8.DecodeRuneInString(l.text[l.pos:]); isInvisible(r) {
			l.fail(diag.LexInvisible, l.pos, l.pos+n, diag.CodePoint(r))
		} else {
			before := len(l.messages)
			l.fail(diag.LexUnknown, l.pos, l.pos+n, quote(l.text[l.pos:l.pos+n]))
			if instead, ok := signNotes[r]; ok && len(l.messages) > before && !l.full {
				l.messages[before].Note(source.Span{}, instead.tamil, instead.english)
			}
		}
	}
	l.pos += n
}

// badRune looks at the character at l.pos, reports it if it is forbidden
// everywhere, and returns its length.
func (l *lexer) badRune() (length int, bad bool) {
	r, n := utf8.DecodeRuneInString(l.text[l.pos:])
	switch {
	case r == utf8.RuneError && n <= 1:
		// One message for a run of bytes.
		end := l.pos + 1
		for end < len(l.text) {
			if r, n := utf8.DecodeRuneInString(l.text[end:]); r != utf8.RuneError || n != 1 {
				break
			}
			end++
		}
		var hex strings.Builder
		for i := l.pos; i < end && i < l.pos+8; i++ {
			hex.WriteString(" " + strconv.FormatUint(uint64(l.text[i])|0x100, 16)[1:])
		}
		l.fail(diag.LexUTF8, l.pos, end, strings.ToUpper(hex.String()[1:]))
		return end - l.pos, true
	case isBidi(r):
		l.fail(diag.LexBidi, l.pos, l.pos+n, diag.CodePoint(r))
		return n, true
	}
	return n, false
}

// lineComment reads // up to the end of the line.
func (l *lexer) lineComment() {
	if l.inHole() {
		l.fail(diag.LexHoleComment, l.pos, l.pos+2)
		l.pos += 2 // what follows is then read as part of the hole
		return
	}
	for l.pos < len(l.text) && l.text[l.pos] != '\n' {
		l.plain()
	}
}

// blockComment reads /* … */ with all that is nested in it.
func (l *lexer) blockComment() {
	start, depth := l.pos, 0
	if l.inHole() {
		l.fail(diag.LexHoleComment, l.pos, l.pos+2)
	}
	for l.pos < len(l.text) {
		switch {
		case l.text[l.pos] == '/' && l.at(1) == '*':
			depth++
			l.pos += 2
		case l.text[l.pos] == '*' && l.at(1) == '/':
			depth--
			l.pos += 2
			if depth == 0 {
				return
			}
		default:
			l.plain()
		}
	}
	l.fail(diag.LexComment, start, start+2)
}

// plain reads one character of text or of a comment.
func (l *lexer) plain() {
	switch c := l.text[l.pos]; {
	case c == '\r':
		l.carriageReturn()
	case c < utf8.RuneSelf:
		l.pos++
	case tamilLetter(l.text[l.pos:]):
		l.pos += 3
	default:
		n, _ := l.badRune()
		l.pos += n
	}
}

// number reads a number or a percentage.
func (l *lexer) number() {
	start := l.pos
	digits := func() {
		for c := l.at(0); c >= '0' && c <= '9'; c = l.at(0) {
			l.pos++
		}
	}
	digits()
	if c := l.at(1); l.at(0) == '.' && c >= '0' && c <= '9' {
		l.pos++
		digits()
	}
	number := l.text[start:l.pos]
	var d decimal.Decimal
	var err error
	if l.at(0) == '%' {
		l.pos++
		d, err = decimal.ParsePercent(number)
	} else {
		d, err = decimal.ParseLiteral(number)
	}
	if err != nil {
		l.fail(diag.LexNumber, start, l.pos, quote(l.text[start:l.pos]))
	}
	l.numbers = append(l.numbers, d)
	l.add(KindNumber, start, l.pos, int32(len(l.numbers)-1))
}

// word reads a name or a keyword, and what begins with one: f" and select!.
func (l *lexer) word() {
	start := l.pos
	normal := true // it is in NFC for certain
	for l.pos < len(l.text) {
		c := l.text[l.pos]
		if c < utf8.RuneSelf {
			if !isWordByte[c] {
				break
			}
			l.pos++
			continue
		}
		if tamilLetter(l.text[l.pos:]) {
			normal = normal && !mayCompose(l.text[start:l.pos+3])
			l.pos += 3
			continue
		}
		r, n := utf8.DecodeRuneInString(l.text[l.pos:])
		if !isContinue(r) {
			break
		}
		normal = false
		l.pos += n
	}
	written := l.text[start:l.pos]
	if written == "f" && l.at(0) == '"' {
		l.pos = start
		l.openBracket(KindFStart, 2)
		l.fText()
		return
	}
	if written == "select" && l.at(0) == '!' && l.at(1) != '=' {
		l.pos++
		l.add(KindSelectBang, start, l.pos, -1)
		return
	}
	t := Token{Kind: KindName, Start: int32(start), End: int32(l.pos), aux: -1}
	if !normal && !norm.NFC.IsNormalString(written) {
		written = norm.NFC.String(written)
		t.aux = l.keep(written)
	}
	if id := wordOf()[written]; id != 0 {
		t.word = id
		if w := id.row(); w.Class == Contextual {
			t.Role = w.Kind
		} else {
			t.Kind = w.Kind
		}
	}
	l.list = append(l.list, t)
}

func (l *lexer) keep(s string) int32 {
	l.texts = append(l.texts, s)
	return int32(len(l.texts) - 1)
}
