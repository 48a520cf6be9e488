package diag

import (
	"encoding/json"
	"strings"
	"testing"

	"etamil/internal/source"
)

// show renders one message about the first occurrence of what in text.
func show(t *testing.T, text, what string, columns int, change func(*Renderer, *Message)) string {
	t.Helper()
	set := source.NewSet()
	f := set.Add("அ.qmz", text)
	at := strings.Index(text, what)
	if at < 0 {
		t.Fatalf("%q is not in the text", what)
	}
	m := New(ParseSemicolon, source.Span{Start: f.Pos(at), End: f.Pos(at + len(what))}, "'"+what+"'")
	r := &Renderer{Set: set, Columns: columns}
	if change != nil {
		change(r, m)
	}
	var b strings.Builder
	if err := r.Render(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRender(t *testing.T) {
	got := show(t, "x = 1;\nஅச்சு 50%50;\n", "50;", 0, func(r *Renderer, m *Message) {
		m.Args[0] = "'50'"
		m.Span.End--
		m.Suggest(";").Note(m.Span, "இங்கே", "here").Note(source.Span{}, "இடமில்லை", "no place")
	})
	want := `அ.qmz:2:10: பிழை P001: இங்கே ';' வேண்டும்; '50' உள்ளது
  error P001: expected ';' here, found '50'
  2 | அச்சு 50%50;
    |         ^^
  இதுவா? ;  (did you mean ;?)
  குறிப்பு: இங்கே  (note: here)
  2 | அச்சு 50%50;
    |         ^^
  குறிப்பு: இடமில்லை  (note: no place)
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestRenderOneLanguageAndColour(t *testing.T) {
	english := English
	got := show(t, "a b", "b", 0, func(r *Renderer, m *Message) { r.Only = &english; r.Color = true })
	if strings.Contains(got, "பிழை") || !strings.Contains(got, colorRed+"error P001:"+colorOff) || !strings.Contains(got, colorRed+"^"+colorOff) {
		t.Errorf("got\n%s", got)
	}
}

func TestExcerptPlaces(t *testing.T) {
	for _, c := range []struct {
		name, line, what string
		columns          int
		text             string
		pad, mark        int
	}{
		{"plain", "abc def", "def", 80, "abc def", 4, 3},
		{"tab", "\tab", "ab", 80, "    ab", 4, 2},
		{"tab in the middle", "ab\tc", "c", 80, "ab  c", 4, 1},
		{"tamil", "பெயர் = வணக்கம்;", "வணக்கம்", 80, "பெயர் = வணக்கம்;", 7, 5},
		{"spacing signs take a column", "கா கொ x", "x", 80, "கா கொ x", 6, 1},
		{"wide", "漢字 x", "x", 80, "漢字 x", 5, 1},
		{"emoji family", "👨‍👩‍👧 x", "x", 80, "👨‍👩‍👧 x", 3, 1},
		{"bidi is shown", "a\u202eb", "\u202e", 80, "a\ufffdb", 1, 1},
		{"end of line", "abc", "", 80, "abc", 3, 1},
		{"cut behind", strings.Repeat("x", 50), "x", 10, "xxxxxxxxxx…", 0, 1},
		{"cut before", strings.Repeat("x", 50) + "y", "y", 10, "…xxxxy", 5, 1},
		{"cut both", strings.Repeat("x", 20) + "y" + strings.Repeat("z", 20), "y", 10, "…xxxxyzzzzz…", 5, 1},
		{"a megabyte", strings.Repeat("க", 1<<18) + "y" + strings.Repeat("z", 1<<18), "y", 10, "…ககககyzzzzz…", 5, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			at := strings.Index(c.line, c.what)
			if c.what == "" {
				at = len(c.line)
			}
			text, pad, mark := excerptLine(c.line, at, at+len(c.what), c.columns)
			if text != c.text || pad != c.pad || mark != c.mark {
				t.Errorf("got %q pad %d mark %d, want %q pad %d mark %d", text, pad, mark, c.text, c.pad, c.mark)
			}
		})
	}
}

func TestJSON(t *testing.T) {
	set := source.NewSet()
	f := set.Add("a.qmz", "x = 1;\nஅச்சு 5 6;\n")
	at := strings.Index(f.Text, "6")
	m := New(ParseSemicolon, source.Span{Start: f.Pos(at), End: f.Pos(at + 1)}, "'6'").Note(source.Span{}, "அ", "a")
	got, err := json.Marshal(m.JSON(set))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"code":"P001","severity":"error","kind":"parse","file":"a.qmz","line":2,"column":9,"end_line":2,"end_column":10,` +
		`"tamil":"இங்கே ';' வேண்டும்; '6' உள்ளது","english":"expected ';' here, found '6'","notes":[{"tamil":"அ","english":"a"}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestSortAndHasErrors(t *testing.T) {
	a, b := New(ParseValue, source.Span{Start: 9, End: 9}), New(ParseValue, source.Span{Start: 3, End: 4})
	list := []*Message{a, b}
	Sort(list)
	if list[0] != b {
		t.Error("Sort left the later message first")
	}
	if !HasErrors(list) || HasErrors(nil) {
		t.Error("HasErrors is wrong")
	}
}
