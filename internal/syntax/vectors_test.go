package syntax

import (
	"path/filepath"
	"testing"

	"etamil/internal/diag"
	"etamil/internal/source"
	"etamil/internal/vectors"
)

// parse reads a program and returns its messages and the set it stands in.
func parse(program string) (*File, []*diag.Message, *source.Set) {
	set := source.NewSet()
	file, messages := Parse(set.Add("program.qmz", program))
	return file, messages, set
}

// lostBytes are the vectors that lost the bytes they are about when they were
// written down (the heading of vectors.txt names them).
var lostBytes = map[string]bool{"nbsp": true, "cr alone": true, "CRLF": true, "tab formfeed": true}

// TestVectors holds the front end to what the existing implementation answers:
// programs that it reads are read, and a program that it refuses is refused at
// the same place, but for exceptions.tsv.
func TestVectors(t *testing.T) {
	dir, err := vectors.Dir()
	if err != nil {
		t.Fatal(err)
	}
	all, err := vectors.Load(filepath.Join(dir, "vectors.txt"))
	if err != nil {
		t.Fatal(err)
	}
	exceptions, err := vectors.LoadExceptions(filepath.Join(dir, "exceptions.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		t.Run(v.Name, func(t *testing.T) {
			_, messages, set := parse(v.Program)
			got := answer(messages, set)
			want := answerOf(v)
			_, excepted := exceptions[v.Name]
			switch {
			case got == want:
			case lostBytes[v.Name]:
			case !excepted:
				t.Errorf("%s\ngot  %s\nwant %s", v.Program, got, want)
			}
			if excepted && got == want && (v.Kind == "lex" || v.Kind == "parse") {
				t.Errorf("exceptions.tsv excepts this vector, but the answer is the same: %s", got)
			}
		})
	}
}

// answer is the kind and place of the first message, or "ok".
func answer(messages []*diag.Message, set *source.Set) string {
	if len(messages) == 0 {
		return "ok"
	}
	p := set.Place(messages[0].Span.Start)
	return place(messages[0].Kind().String(), p.Line, p.Column)
}

func answerOf(v vectors.Vector) string {
	if v.Kind != "lex" && v.Kind != "parse" {
		return "ok"
	}
	return place(v.Kind, v.Line, v.Column)
}
