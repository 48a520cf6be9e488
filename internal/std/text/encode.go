package text

import (
	"encoding/base64"
	"encoding/hex"
	"html"
	"strings"
	"unicode/utf8"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// toBytes is the bytes of what the value prints as, as numbers.
func toBytes(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if a[0].Kind() == value.KindBytes {
		return host.ByteList(f, []byte(a[0].Str())), nil
	}
	return host.ByteList(f, []byte(host.Text(f, &a[0]))), nil
}

// fromBytes is the text of bytes: a list of numbers, or a bytes value.
func fromBytes(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if !a[0].IsList() && a[0].Kind() != value.KindBytes {
		return value.Nil, host.NeedList(f, &a[0])
	}
	b, at, ok := host.Bytes(f, &a[0])
	if !ok {
		return value.Nil, host.NotByte(f, &a[0], at)
	}
	return textOr(f, b)
}

// textOr is a success with b as text, or a failure.
func textOr(f *vm.Fiber, b []byte) (value.Value, error) {
	if !utf8.Valid(b) {
		return host.Failure(f, "இந்தப் பைட்டுகள் செல்லுபடியான UTF-8 அல்ல", "these bytes are not valid UTF-8")
	}
	return host.Success(f, f.Heap().NewTextBytes(b))
}

// given is the bytes of an argument to encode: of text, of bytes, or of a list of byte
// numbers. A list that holds anything else counts as what it prints as.
func given(f *vm.Fiber, v *value.Value) []byte {
	b, _, ok := host.Bytes(f, v)
	if !ok {
		return []byte(host.Text(f, v))
	}
	return b
}

func toBase64(f *vm.Fiber, a []value.Value) (value.Value, error) {
	buf := host.TakeScratch()
	defer buf.Give()
	buf.B = base64.StdEncoding.AppendEncode(buf.B, given(f, &a[0]))
	return f.Heap().NewTextBytes(buf.B), nil
}

// fromBase64 reads the standard and the URL alphabet, with or without the padding.
func fromBase64(f *vm.Fiber, a []value.Value) (value.Value, error) {
	s := strings.TrimSpace(host.Text(f, &a[0]))
	e := base64.RawStdEncoding
	if strings.ContainsAny(s, "-_") {
		e = base64.RawURLEncoding
	}
	if len(s)%4 == 0 {
		s = strings.TrimSuffix(strings.TrimSuffix(s, "="), "=")
	}
	b, err := e.Strict().DecodeString(s)
	if err != nil || strings.ContainsAny(s, "\r\n") {
		return host.Failure(f, "இது base64 அல்ல", "this is not base64")
	}
	return textOr(f, b)
}

func toHex(f *vm.Fiber, a []value.Value) (value.Value, error) {
	buf := host.TakeScratch()
	defer buf.Give()
	buf.B = hex.AppendEncode(buf.B, given(f, &a[0]))
	return f.Heap().NewTextBytes(buf.B), nil
}

func fromHex(f *vm.Fiber, a []value.Value) (value.Value, error) {
	b, err := hex.DecodeString(strings.TrimSpace(host.Text(f, &a[0])))
	if err != nil {
		return host.Failure(f, "இது பதினாறடிமான எண் அல்ல", "this is not hexadecimal")
	}
	return textOr(f, b)
}

const upperHex = "0123456789ABCDEF"

// urlEncode escapes everything but RFC 3986's unreserved characters.
func urlEncode(f *vm.Fiber, a []value.Value) (value.Value, error) {
	buf := host.TakeScratch()
	defer buf.Give()
	s := host.Text(f, &a[0])
	for i := range len(s) {
		if c := s[i]; unreserved(c) {
			buf.B = append(buf.B, c)
		} else {
			buf.B = append(buf.B, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return f.Heap().NewTextBytes(buf.B), nil
}

func unreserved(c byte) bool {
	return c-'a' < 26 || c-'A' < 26 || c-'0' < 10 || c == '-' || c == '_' || c == '.' || c == '~'
}

// urlDecode is the inverse, and takes + for a space as forms write it.
func urlDecode(f *vm.Fiber, a []value.Value) (value.Value, error) {
	buf := host.TakeScratch()
	defer buf.Give()
	s := host.Text(f, &a[0])
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '+':
			buf.B = append(buf.B, ' ')
		case '%':
			var b [1]byte
			if i+2 >= len(s) {
				return badEscape(f)
			}
			if _, err := hex.Decode(b[:], []byte(s[i+1:i+3])); err != nil {
				return badEscape(f)
			}
			buf.B = append(buf.B, b[0])
			i += 2
		default:
			buf.B = append(buf.B, c)
		}
	}
	return textOr(f, buf.B)
}

func badEscape(f *vm.Fiber) (value.Value, error) {
	return host.Failure(f, "'%' க்குப் பின் இரு பதினாறடிமான இலக்கங்கள் தேவை", "two hexadecimal digits must follow a '%'")
}

func htmlEscape(f *vm.Fiber, a []value.Value) (value.Value, error) {
	h := f.Heap()
	t := h.ToText(&a[0])
	if !strings.ContainsAny(t.Str(), `<>&"'`) {
		return host.Keep(&t), nil
	}
	return h.NewText(html.EscapeString(t.Str())), nil
}
