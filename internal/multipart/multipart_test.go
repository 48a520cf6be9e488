package multipart

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	std "mime/multipart"
	"os"
	"strings"
	"testing"
)

// log is a Sink that writes down what it is told, data in one piece.
type log struct{ strings.Builder }

func (l *log) Begin(p Part) error {
	fmt.Fprintf(l, "[%q %q %q %v: ", p.Name, p.File, p.Type, p.HasFile)
	return nil
}
func (l *log) Data(p []byte) error { fmt.Fprintf(l, "%s", p); return nil }
func (l *log) End() error          { l.WriteString("]"); return nil }

// read reads pieces as a whole body.
func read(boundary string, pieces ...string) (string, error) {
	var l log
	r, err := NewReader(boundary, &l)
	if err != nil {
		return "", err
	}
	for _, p := range pieces {
		b := []byte(p)
		if err := r.Feed(b); err != nil {
			return l.String(), err
		}
		for i := range b { // nothing of it may be kept
			b[i] = '!'
		}
	}
	return l.String(), r.Close()
}

const form = "before\r\n--xyz \t\r\nContent-Disposition: form-data; name=\"பெயர்\"\r\n\r\nகயல்\r\n" +
	"--xyz\r\ncontent-disposition: FORM-DATA ; name=a; filename=\"C:\\tmp\\a \\\"b\\\".txt\"\r\nContent-Type: text/plain;charset=utf-8\r\nX-Other: 1\r\n\r\n" +
	"\r\n--xy\r\n\r\n-\r--xyz\n--xyz\r\r\n--\r\n" +
	"--xyz\r\nContent-Disposition: form-data; name=\"e\"; filename=\"\"\r\n\r\n\r\n" +
	"--xyz\r\nContent-Disposition: form-data; name=\"none\"\r\n\r\n--xyz--\r\nafter --xyz"

const formRead = "[\"பெயர்\" \"\" \"\" false: கயல்][\"a\" \"a \\\"b\\\".txt\" \"text/plain;charset=utf-8\" true: \r\n--xy\r\n\r\n-\r--xyz\n--xyz\r\r\n--]" +
	"[\"e\" \"\" \"\" true: ][\"none\" \"\" \"\" false: ]"

func TestForm(t *testing.T) {
	if got, err := read("xyz", form); got != formRead || err != nil {
		t.Errorf("%v\n got %q\nwant %q", err, got, formRead)
	}
}

// TestCuts: how a form is cut changes nothing.
func TestCuts(t *testing.T) {
	for i := range len(form) {
		for _, j := range []int{i, min(i+1, len(form)), min(i+5, len(form)), len(form)} {
			if got, err := read("xyz", form[:i], form[i:j], form[j:]); got != formRead || err != nil {
				t.Fatalf("cut at %d and %d: %v, %q", i, j, err, got)
			}
		}
	}
	var single []string
	for i := range len(form) {
		single = append(single, form[i:i+1])
	}
	if got, err := read("xyz", single...); got != formRead || err != nil {
		t.Errorf("byte by byte: %v, %q", err, got)
	}
}

// TestPrefixes: a form that breaks off is an error, wherever it does.
func TestPrefixes(t *testing.T) {
	end := strings.LastIndex(form, "\r\nafter")
	for i := range end {
		got, err := read("xyz", form[:i])
		var e *Error
		if !errors.As(err, &e) || e.Large {
			t.Fatalf("cut off at %d: %v", i, err)
		}
		if !strings.HasPrefix(formRead, strings.TrimSuffix(got, "]")) {
			t.Fatalf("cut off at %d: %q", i, got)
		}
	}
}

// TestChanges: whatever one byte of it becomes, a form is read or refused, and in the same way
// however it is cut.
func TestChanges(t *testing.T) {
	b := []byte(form)
	for i := range b {
		was := b[i]
		for v := 0; v < 256; v += 1 + i%5 {
			b[i] = byte(v)
			whole, err := read("xyz", string(b))
			cut, err2 := read("xyz", string(b[:i]), string(b[i:i+1]), string(b[i+1:]))
			if fmt.Sprint(err) != fmt.Sprint(err2) || err == nil && whole != cut {
				t.Fatalf("byte %d as %d: %v %q, cut %v %q", i, v, err, whole, err2, cut)
			}
		}
		b[i] = was
	}
}

func TestRefused(t *testing.T) {
	part := func(head string) string { return "--b\r\n" + head + "\r\n\r\nx\r\n--b--\r\n" }
	for _, c := range []struct{ name, body string }{
		{"no boundary at all", "hello"},
		{"text behind a boundary", "--b x\r\n"},
		{"one hyphen behind a boundary", "--b-\r\n"},
		{"a line that ends with LF", "--b\nContent-Disposition: form-data; name=a\n\nx\n--b--"},
		{"a head's line that ends with LF", part("Content-Disposition: form-data; name=a\nX: y")},
		{"a CR in a head", part("Content-Disposition: form-data; name=a\rX: y")},
		{"a NUL in a head", part("Content-Disposition: form-data; name=\"a\x00\"")},
		{"no name", part("Content-Disposition: form-data")},
		{"an empty name", part("Content-Disposition: form-data; name=\"\"")},
		{"no disposition", part("Content-Type: text/plain")},
		{"no form-data", part("Content-Disposition: attachment; name=a")},
		{"two dispositions", part("Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b")},
		{"two names", part("Content-Disposition: form-data; name=a; name=b")},
		{"two files", part("Content-Disposition: form-data; name=a; filename=a; filename=b")},
		{"a name without an end", part("Content-Disposition: form-data; name=\"a")},
		{"something behind a name", part("Content-Disposition: form-data; name=\"a\"b")},
		{"no parameter", part("Content-Disposition: form-data; name")},
		{"a line without a colon", part("Content-Disposition")},
		{"a field's name with a space", part("Content Disposition: form-data; name=a")},
		{"a continued line", part("Content-Disposition: form-data;\r\n name=a")},
	} {
		_, err := read("b", c.body)
		var e *Error
		if !errors.As(err, &e) || e.Large {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	for _, b := range []string{"", strings.Repeat("x", 71), "a\"b", "a\nb", "b "} {
		if _, err := read(b, ""); err == nil {
			t.Errorf("%q is taken as a boundary", b)
		}
	}
	if _, err := read("b", "--b\r\nX: "+strings.Repeat("y", headMost)); err == nil || !err.(*Error).Large {
		t.Errorf("a head without end: %v", err)
	}
}

// TestNames: what clients call their files, and what is left of it.
func TestNames(t *testing.T) {
	for in, want := range map[string]string{
		`"a.png"`: "a.png", `"../../etc/passwd"`: "passwd", `"C:\\Users\\x\\a.png"`: "a.png", `"..":`: "", `".."`: "", `"/"`: "",
		`"a;b=c.txt"`: "a;b=c.txt", `"படம்.jpg"`: "படம்.jpg", "\"\xff.txt\"": "\uFFFD.txt", `plain.txt`: "plain.txt",
	} {
		got, err := read("b", "--b\r\nContent-Disposition: form-data; name=f; filename="+in+"; filename*=UTF-8''other\r\n\r\n\r\n--b--")
		if err != nil {
			if in != `"..":` {
				t.Errorf("%s: %v", in, err)
			}
			continue
		}
		if !strings.HasPrefix(got, fmt.Sprintf("[\"f\" %q ", want)) {
			t.Errorf("%s: %s", in, got)
		}
	}
}

// TestAsTheStandardLibrary: forms that Go's own writer makes are read as what was written.
func TestAsTheStandardLibrary(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var body bytes.Buffer
		w := std.NewWriter(&body)
		var want strings.Builder
		for i := range r.IntN(5) {
			data := make([]byte, r.IntN(300))
			for j := range data {
				data[j] = ("\r\n-" + w.Boundary()[:3] + "ab")[r.IntN(8)]
			}
			p, err := w.CreateFormFile(fmt.Sprint("f", i), "n")
			if err == nil {
				_, err = p.Write(data)
			}
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&want, "[%q \"n\" \"application/octet-stream\" true: %s]", fmt.Sprint("f", i), data)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		b := body.String()
		cut := r.IntN(len(b))
		if got, err := read(w.Boundary(), b[:cut], b[cut:]); err != nil && want.Len() > 0 || err == nil && got != want.String() {
			t.Fatalf("%v %q, want %q", err, got, want.String())
		}
	}
}

func spool(t *testing.T, memory int) *Spool {
	return &Spool{Dir: t.TempDir(), Memory: memory, All: 1 << 20, Disk: 1 << 20, Parts: 10, Fields: 100}
}

// file is a form with one field and files of those contents.
func files(contents ...string) string {
	var b strings.Builder
	b.WriteString("--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\ny\r\n")
	for i, c := range contents {
		fmt.Fprintf(&b, "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"%d.txt\"\r\n\r\n%s\r\n", i, c)
	}
	return b.String() + "--b--\r\n"
}

// TestSpool: files have the same content wherever they are kept, and nothing is left of them.
func TestSpool(t *testing.T) {
	contents := []string{"hello", "", strings.Repeat("0123456789", 100), "end"}
	for _, c := range []struct {
		memory int
		all    int64
		onDisk bool
	}{{1 << 20, 1 << 20, false}, {500, 1 << 20, true}, {1 << 20, 600, true}, {0, 1 << 20, true}} {
		s := spool(t, c.memory)
		s.All = c.all
		f, err := s.New("b")
		if err != nil {
			t.Fatal(err)
		}
		for p := []byte(files(contents...)); len(p) > 0 && err == nil; {
			n := min(37, len(p))
			err = f.Write(p[:n])
			p = p[n:]
		}
		if err == nil {
			err = f.End()
		}
		if err != nil || len(f.Fields) != 1 || f.Fields[0].Text != "y" || len(f.Files) != len(contents) {
			t.Fatalf("%v: %v, %v, %v", c, err, f.Fields, f.Files)
		}
		if f.OnDisk() != c.onDisk {
			t.Errorf("%v: on disk: %v", c, f.OnDisk())
		}
		for i := range f.Files {
			var b bytes.Buffer
			n, err := f.Files[i].WriteTo(&b)
			if err != nil || n != f.Files[i].Size || b.String() != contents[i] {
				t.Errorf("%v: file %d: %v %q", c, i, err, b.String())
			}
			part, err := io.ReadAll(io.NewSectionReader(&f.Files[i], 3, 4))
			if want := contents[i][min(3, len(contents[i])):min(7, len(contents[i]))]; err != nil || string(part) != want {
				t.Errorf("%v: part of file %d: %v %q", c, i, err, part)
			}
		}
		if left, err := os.ReadDir(s.Dir); err != nil || len(left) != 0 {
			t.Errorf("%v: visible: %v %v", c, left, err)
		}
		f.Close()
		f.Close()
		if s.InMemory() != 0 || s.OnDisk() != 0 {
			t.Errorf("%v: left: %d %d", c, s.InMemory(), s.OnDisk())
		}
		if _, err := f.Files[0].WriteTo(io.Discard); err != ErrClosed {
			t.Errorf("%v: a closed file is read: %v", c, err)
		}
	}
}

func TestLimits(t *testing.T) {
	many := make([]string, 10)
	for name, c := range map[string]struct {
		body string
		disk int64
		want func(error) bool
	}{
		"parts":  {files(many...), 1 << 20, isLarge},
		"fields": {"--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n" + strings.Repeat("y", 100), 1 << 20, isLarge},
		"names":  {"--b\r\nContent-Disposition: form-data; name=\"" + strings.Repeat("x", 101) + "\"\r\n\r\n", 1 << 20, isLarge},
		"disk":   {files(strings.Repeat("z", 1000)), 900, func(err error) bool { return err == ErrFull }},
		"utf-8":  {"--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n\xff\r\n--b--", 900, func(err error) bool { return err != nil && !isLarge(err) }},
	} {
		s := spool(t, 10)
		s.Disk = c.disk
		f, err := s.New("b")
		if err == nil {
			err = f.Write([]byte(c.body))
		}
		if !c.want(err) {
			t.Errorf("%s: %v", name, err)
		}
		if again := f.Write([]byte("x")); again != err {
			t.Errorf("%s: %v, and then %v", name, err, again)
		}
		f.Close()
		if s.InMemory() != 0 || s.OnDisk() != 0 {
			t.Errorf("%s: left: %d %d", name, s.InMemory(), s.OnDisk())
		}
	}
}

func isLarge(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Large
}

// TestStaleFiles: what a process that died has left is removed by the next.
func TestStaleFiles(t *testing.T) {
	s := spool(t, 0)
	stale := s.Dir + "/" + filePrefix + "123"
	other := s.Dir + "/other"
	for _, name := range []string{stale, other} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := s.New("b")
	if err == nil {
		err = f.Write([]byte(files("hello")))
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	left, err := os.ReadDir(s.Dir)
	if err != nil || len(left) != 1 || left[0].Name() != "other" {
		t.Errorf("%v %v", left, err)
	}
}

// FuzzReader: nothing breaks it, and how the bytes are cut changes nothing.
func FuzzReader(f *testing.F) {
	f.Add([]byte(form), uint16(20))
	f.Add([]byte(files("a", "b")), uint16(3))
	f.Fuzz(func(t *testing.T, body []byte, cut uint16) {
		i := int(cut) % (len(body) + 1)
		whole, err := read("b", string(body))
		got, err2 := read("b", string(body[:i]), string(body[i:]))
		if fmt.Sprint(err) != fmt.Sprint(err2) || err == nil && got != whole {
			t.Fatalf("%v %q; cut: %v %q", err, whole, err2, got)
		}
	})
}

// BenchmarkForm reads files of random bytes, which hold CRs and LFs as such bytes do.
func BenchmarkForm(b *testing.B) {
	data := make([]byte, 1<<20)
	r := rand.NewChaCha8([32]byte{})
	_, _ = r.Read(data)
	body := []byte(files(string(data)))
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		rd, err := NewReader("b", &discard{})
		if err == nil {
			err = rd.Feed(body)
		}
		if err == nil {
			err = rd.Close()
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

type discard struct{ n int }

func (d *discard) Begin(Part) error    { return nil }
func (d *discard) Data(p []byte) error { d.n += len(p); return nil }
func (d *discard) End() error          { return nil }
