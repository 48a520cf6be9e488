package syntax

import (
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"etamil/internal/source"
	"etamil/internal/vectors"
)

// acceptedVectors returns the programs of vectors.txt that are read.
func acceptedVectors(t *testing.T) []string {
	t.Helper()
	dir, err := vectors.Dir()
	if err != nil {
		t.Fatal(err)
	}
	all, err := vectors.Load(filepath.Join(dir, "vectors.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var accepted []string
	for _, v := range all {
		if mistakes(v.Program) == "" {
			accepted = append(accepted, v.Program)
		}
	}
	if len(accepted) < 280 {
		t.Fatalf("only %d programs are read", len(accepted))
	}
	return accepted
}

// TestContextualWordsStayNames takes existing programs and gives each of their
// names, in turn, the spelling of each contextual word: none may be refused.
func TestContextualWordsStayNames(t *testing.T) {
	var spellings []string
	for i := range Words {
		if Words[i].Class == Contextual {
			s := Words[i].Spellings()
			spellings = append(spellings, s[0], s[len(s)-1])
		}
	}
	tried := 0
	for _, program := range acceptedVectors(t) {
		toks, _ := lex(source.NewSet().Add("", program))
		names := map[string]bool{}
		for _, tok := range toks.list {
			if tok.Kind == KindName && tok.Role == 0 {
				names[program[tok.Start:tok.End]] = true
			}
		}
		for name := range names {
			for _, s := range spellings {
				changed := replaceTokens(program, toks, func(i int) string {
					if tok := toks.list[i]; tok.Kind == KindName && program[tok.Start:tok.End] == name {
						return s
					}
					return ""
				})
				tried++
				if got := mistakes(changed); got != "" {
					t.Errorf("%s\nwith %s for %s: %s", changed, s, name, got)
				}
			}
		}
	}
	if tried < 10_000 {
		t.Errorf("only %d programs tried", tried)
	}
}

// replaceTokens writes a program anew with other text for some tokens; "" keeps
// a token.
func replaceTokens(program string, toks tokens, text func(i int) string) string {
	var b strings.Builder
	from := 0
	for i, tok := range toks.list {
		if s := text(i); s != "" {
			b.WriteString(program[from:tok.Start] + s)
			from = int(tok.End)
		}
	}
	b.WriteString(program[from:])
	return b.String()
}

// TestSpellingsMeanTheSame writes every keyword of the golden programs in each of
// its spellings and expects the same tree.
func TestSpellingsMeanTheSame(t *testing.T) {
	tried := 0
	for _, program := range programs(t) {
		if mistakes(program) != "" {
			continue
		}
		want := outcome(program)
		toks, _ := lex(source.NewSet().Add("", program))
		for i, tok := range toks.list {
			isKey := i > 0 && toks.list[i-1].Kind == KindDot || i+1 < len(toks.list) && toks.list[i+1].Kind == KindColon
			switch tok.Kind {
			case KindDBInsert, KindDBUpdate, KindDBDelete, KindCreateTable, KindSQLSelect:
				continue // their spelling is in the tree
			}
			if isKey || tok.Kind < KindType || tok.word.row().Class == Callable {
				continue
			}
			for _, s := range tok.word.row().Spellings() {
				changed := replaceTokens(program, toks, func(j int) string {
					if i == j {
						return s
					}
					return ""
				})
				tried++
				if got := outcome(changed); got != want {
					t.Errorf("%s\ngot\n%s\nwant\n%s", changed, got, want)
				}
			}
		}
	}
	if tried < 250 {
		t.Errorf("only %d spellings tried", tried)
	}
}

// TestSpaceMeansNothing puts comments, CRLF and nothing at all between the tokens
// of each golden program and expects the same tree.
func TestSpaceMeansNothing(t *testing.T) {
	for _, program := range programs(t) {
		if mistakes(program) != "" {
			continue
		}
		want := outcome(program)
		toks, _ := lex(source.NewSet().Add("", program))
		for _, between := range []string{" /* /* */ \" */ ", "\r\n\t", "//\"\n", ""} {
			var b strings.Builder
			holes := 0
			for i, tok := range toks.list[:len(toks.list)-1] {
				text := program[tok.Start:tok.End]
				next := toks.list[i+1]
				b.WriteString(text)
				switch tok.Kind {
				case KindFStart:
					holes++
				case KindFEnd:
					holes--
				}
				glued := between != "" || !joins(tok, next)
				switch {
				case holes > 0 || !glued:
					b.WriteString(program[tok.End:next.Start])
				default:
					b.WriteString(between)
				}
			}
			if got := outcome(b.String()); got != want {
				t.Errorf("%s\ngot\n%s\nwant\n%s", b.String(), got, want)
			}
		}
	}
}

// joins reports whether two tokens written without space could become one.
func joins(a, b Token) bool {
	wordish := func(k Kind) bool { return k.isWord() || k == KindNumber }
	return wordish(a.Kind) && (wordish(b.Kind) || b.Kind == KindFStart) ||
		a.Kind == KindName && (b.Kind == KindString || b.Kind == KindNe) ||
		a.Kind == KindNumber && b.Kind == KindDots ||
		a.Kind == KindAssign || a.Kind == KindLt || a.Kind == KindGt || a.Kind == KindDot || a.Kind == KindSlash
}

// TestGeneratedPrograms reads programs made at random from the grammar: each must
// be read without a mistake.
func TestGeneratedPrograms(t *testing.T) {
	for seed := range uint64(3000) {
		g := &generator{r: rand.New(rand.NewPCG(seed, 1)), top: true}
		program := g.statements(1 + g.n(5))
		if got := mistakes(program); got != "" {
			t.Fatalf("seed %d:\n%s\n%s", seed, program, got)
		}
		checkParse(t, program)
	}
}

// generator writes random programs by the grammar. depth bounds them.
type generator struct {
	r     *rand.Rand
	depth int
	top   bool
	head  bool // no NAME{…}, no lambda of பணி and async
}

func (g *generator) n(n int) int { return g.r.IntN(n) }

func (g *generator) pick(s ...string) string { return s[g.n(len(s))] }

// deeper runs make one level down; too deep, it is plain instead.
func (g *generator) deeper(plain string, make func() string) string {
	if g.depth > 5 {
		return plain
	}
	g.depth++
	defer func() { g.depth-- }()
	return make()
}

func (g *generator) inside(make func() string) string {
	top, head := g.top, g.head
	g.top, g.head = false, false
	defer func() { g.top, g.head = top, head }()
	return make()
}

func (g *generator) list(most int, sep string, item func() string) string {
	var all []string
	for range g.n(most + 1) {
		all = append(all, item())
	}
	return strings.Join(all, sep)
}

func (g *generator) some(most int, sep string, item func() string) string {
	s := item()
	if more := g.list(most-1, sep, item); more != "" {
		s += sep + more
	}
	return s
}

func (g *generator) maybe(s string) string {
	if g.n(2) == 0 {
		return ""
	}
	return s
}

func (g *generator) name() string {
	return g.pick("a", "விலை", "x1", "_", "é", "அ", "पयोक्ता", "௧", "mARi", "கோரிக்கை", "முறை", "f", "S")
}

func (g *generator) text() string {
	return g.pick(`"a"`, `"வணக்கம்\n"`, `""`, `"{x}"`, `"\q"`)
}

func (g *generator) key() string {
	return g.pick(g.name(), g.text(), "எண்", "வரிசை", "if", "_if", "எறி")
}

func (g *generator) number() string {
	return g.pick("0", "12.50", "5%", "79228162514264337593543950335")
}

func (g *generator) typ() string {
	return g.deeper("எண்", func() string {
		return g.pick("எண்", "col", "_bool", "aNi", "செயல்", g.name(), "அணி<"+g.typ()+">")
	})
}

func (g *generator) target() string {
	s := g.name()
	for range g.n(3) {
		s += g.pick("["+g.within(g.expr)+"]", "."+g.key())
	}
	return s
}

func (g *generator) within(make func() string) string {
	head := g.head
	g.head = false
	defer func() { g.head = head }()
	return make()
}

func (g *generator) pattern() string {
	return g.deeper("a", func() string {
		switch g.n(3) {
		case 0:
			return "[" + g.list(3, ", ", g.pattern) + "]"
		case 1:
			return "{" + g.some(3, ", ", func() string { return g.pick(g.name(), g.key()+": "+g.pattern()) }) + g.maybe(",") + "}"
		}
		return g.target()
	})
}

func (g *generator) expr() string {
	return g.deeper("1", func() string {
		switch g.n(6) {
		case 0:
			return g.expr() + g.pick(" மற்றும் ", " அல்லது ", " + ", " - ", " & ", " * ", " / ") + g.expr()
		case 1:
			return "(" + g.within(g.expr) + g.pick(" == ", " != ", " < ", " <= ", " > ", " >= ") + g.within(g.sum) + ")"
		case 2:
			return g.pick("இல்லை ", "- ") + g.operand()
		}
		return g.operand()
	})
}

func (g *generator) sum() string { return g.operand() + g.maybe(" + "+g.operand()) }

func (g *generator) operand() string {
	return g.deeper("a", func() string {
		s := g.primary()
		for range g.n(3) {
			s += g.suffix()
		}
		return s
	})
}

func (g *generator) suffix() string {
	switch g.n(4) {
	case 0:
		return "[" + g.within(g.expr) + "]"
	case 1:
		return "." + g.key()
	case 2:
		return "?"
	}
	return g.args()
}

func (g *generator) args() string {
	return "(" + g.within(func() string { return g.list(3, ", ", g.expr) }) + ")"
}

func (g *generator) primary() string {
	switch g.n(13) {
	case 0:
		return g.number()
	case 1:
		return g.text()
	case 2:
		return "f\"" + g.list(3, " ", func() string { return g.pick("a", "{{", `\u{bb5}`, "{ "+g.within(g.expr)+g.maybe(":,.2")+"}") }) + "\""
	case 3:
		return g.pick("மெய்", "_false", "iZmY")
	case 4:
		return g.pick("வரம்பு", "_join", "மறை") + g.args()
	case 5:
		return "(" + g.within(g.expr) + ")"
	case 6:
		return "[" + g.within(func() string { return g.list(3, ", ", func() string { return g.maybe("..") + g.expr() }) }) + "]"
	case 7:
		return "{" + g.within(func() string { return g.list(3, ", ", g.entry) }) + "}"
	case 8:
		return g.inside(func() string { return "செயல்" + g.signature() + g.block() })
	case 9:
		if !g.head {
			return g.inside(func() string {
				return g.pick("பணி", "async ", "async செயல் ", "async பணி ", "async k") + g.signature() + g.block()
			})
		}
	case 10:
		if !g.head {
			return g.name() + "{" + g.within(func() string {
				return g.list(2, ", ", func() string { return g.key() + ": " + g.expr() })
			}) + "}"
		}
	case 11:
		return "(" + g.within(g.waited) + ")"
	}
	return g.name()
}

func (g *generator) entry() string {
	if g.n(3) == 0 {
		return ".." + g.expr()
	}
	return g.key() + ": " + g.expr()
}

func (g *generator) waited() string {
	switch g.n(4) {
	case 0:
		return "காத்திரு " + g.name() + g.maybe(g.args()) + g.maybe("?")
	case 1:
		return g.pick("தொடங்கு ", "பின்னணி ") + g.name() + "." + g.key() + g.args() + g.maybe("?")
	case 2:
		return g.inside(func() string { return g.pick("தொடங்கு ", "async ") + g.block() })
	}
	return "இணையாக [" + g.within(func() string { return g.list(3, ", ", g.expr) }) + "]"
}

func (g *generator) signature() string {
	params := g.list(3, ", ", func() string { return g.maybe("நிலை ") + g.maybe(g.typ()+" ") + "p" + g.pick("1", "2") })
	if params != "" {
		params += g.maybe(", d = " + g.expr())
	}
	return "(" + params + ") " + g.maybe(g.typ()+" ")
}

func (g *generator) block() string {
	return g.inside(func() string {
		return g.deeper("{ }", func() string { return "{ " + g.statements(g.n(3)) + "}" })
	})
}

func (g *generator) headExpr() string {
	head := g.head
	g.head = true
	defer func() { g.head = head }()
	return g.operand()
}

func (g *generator) statements(n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(g.statement() + "\n")
	}
	return b.String()
}

func (g *generator) statement() string {
	end := g.maybe(";")
	switch g.n(24) {
	case 0:
		return "(" + g.expr() + ") எனில் " + g.block() + g.maybe(" இன்றேல் "+g.block()) + end
	case 1:
		return "(" + g.expr() + ") எனில் " + g.block() + " இன்றேல் (" + g.expr() + ") எனில் " + g.block() + g.maybe(" இன்றேல் यदि a = 1 "+g.block()) + end
	case 2:
		return "(" + g.expr() + ") சுற்று " + g.block() + end
	case 3:
		return "ஒவ்வொரு " + g.pick("a", `"b c"`) + g.maybe(", v") + " இல் " + g.headExpr() + " " + g.block() + end
	case 4:
		return g.inside(func() string {
			return g.pick("செயல் ", "பணி ", "async ") + g.pick("a", `"b c"`) + g.signature() + g.block()
		}) + end
	case 5:
		return "முயல் " + g.block() + g.pick(" பிழை(e) ", " பிழை ", " इறுதியில் "[:0]+" இறுதியில் ") + g.block() + end
	case 6:
		return "வழி " + g.pick("பெறு", "_post", "TRACE") + ", " + g.headExpr() + " " + g.block() + end
	case 7:
		return "இடைவெளி " + g.headExpr() + " " + g.block() + end
	case 8:
		return "यदि " + g.headExpr() + g.pick(" = ", " == ") + g.headExpr() + " " + g.block() + end
	case 9:
		return "தேர்ந்தெடு { " + g.list(3, g.pick(" ", ", "), func() string {
			return g.inside(func() string { return g.maybe(g.pattern()+" = ") + "f() => " + g.block() })
		}) + " }" + end
	case 10:
		if g.top {
			return "வடிவம் S { " + g.list(3, ", ", func() string {
				return g.maybe(g.typ()+" ") + "k" + g.maybe("?") + g.maybe(" = "+g.expr()) + g.maybe(" விதி "+g.pick("1..", "..5%", "-1..2", `"p" மற்றும் email`, "f(1)"))
			}) + " }" + end
		}
	case 11:
		if g.top {
			return "சோதனை " + g.text() + " { " + g.inside(func() string { return g.statements(g.n(3)) }) + "}" + end
		}
	case 12:
		return g.pick("பூட்டு", "காலக்கெடு") + "(" + g.expr() + ") " + g.block() + end
	case 13:
		return g.inside(func() string { return g.pick("தொடங்கு ", "பின்னணி ", "async ") + g.block() }) + end
	case 14:
		return "[" + g.list(2, ", ", g.pattern) + "] = " + g.expr() + ";"
	case 15:
		return "{" + g.some(2, ", ", g.name) + "} = " + g.expr() + ";"
	case 16:
		return g.maybe("நிலை ") + g.typ() + " v = " + g.expr() + ";"
	case 17:
		return g.name() + ";"
	case 18:
		return g.pick("எறி ", "return ", "திரும்பு ", "அச்சு ", "உள்ளிடு ") + g.expr() + ";"
	case 19:
		return g.name() + g.args() + g.maybe(g.suffix()) + ";"
	case 20:
		return g.waited() + ";"
	case 21:
		return g.pick("கோப்பு_படி "+g.expr()+", v", "கோப்பு_எழுது "+g.expr()+", "+g.expr(), "தளம்_வினா "+g.expr()+", [], r", "பதில் 200, "+g.expr(),
			"ஜேசான்_உரை "+g.expr(), "இறக்கு \"a.qmz\" என m", "வழங்கி_நிறுத்து", "தளம்_இணை சீகுலைட், "+g.expr()+", k") + ";"
	}
	return g.target() + " = " + g.expr() + ";"
}
