package compile_test

import (
	"fmt"
	"strings"
)

// choices makes a generator's decisions. They are read from bytes, so that a
// fuzzer can change them one by one; when the bytes are used up every choice is
// the first one, which is the simplest everywhere, so each program ends.
type choices struct {
	data []byte
}

// pick returns a number below n.
func (c *choices) pick(n int) int {
	if len(c.data) == 0 || n <= 1 {
		return 0
	}
	x := int(c.data[0])
	c.data = c.data[1:]
	return x % n
}

// maybe is true one time in n.
func (c *choices) maybe(n int) bool { return c.pick(n) == n-1 && n > 1 }

// kind is what the generator believes a variable holds. It is right most of the
// time: a program that fails at its first line tests little.
type kind int

const (
	kNum kind = iota
	kText
	kBool
	kList // of numbers
	kRec  // {x: number, y: text, z: list}
	kGrid // list of records or lists
	kRes
	kFunc // of one argument
	numKinds
)

type variable struct {
	name string
	kind kind
}

// generator writes programs that run into what a compiler can get wrong: values
// with two names of which one is changed, variables set on some ways only, loops
// left from the middle, errors inside of everything.
type generator struct {
	c       choices
	w       strings.Builder
	indent  int
	vars    []variable // in scope
	globals []variable // what a function reads besides its own
	funcs   []function
	inFunc  bool
	loops   int
	tries   int
	depth   int
	fresh   int
	budget  int
	places  bool
}

type function struct {
	name   string
	params []kind
	result kind
	last   bool // the last parameter has a default
}

// program returns a program for the decisions in data. places says that it
// prints where caught errors came from.
func program(data []byte, places bool) string {
	g := &generator{c: choices{data}, budget: 40, places: places}
	g.line("வடிவம் P { x, y, z, செயல் கூட்டு(இது, n) { r = இது; r.x = r.x + n; திரும்பு r; } }")
	for range 1 + g.c.pick(4) {
		g.function()
	}
	g.circle()
	g.walk()
	g.budget = 50
	for _, v := range []variable{{"g0", kNum}, {"g1", kList}, {"g2", kRec}, {"g3", kGrid}, {"g4", kText}} {
		g.line("%s = %s;", v.name, g.expr(v.kind, 0)) // functions read them
		g.vars = append(g.vars, v)
	}
	guarded := g.c.maybe(2) // an error doesn't end the program
	for g.budget > 0 && len(g.c.data) > 0 {
		if guarded {
			g.line("முயல் {")
			g.indent++
		}
		g.stmt()
		if guarded {
			g.indent--
			g.line("} பிழை(e) { அச்சு e.code; }")
		}
	}
	for _, v := range g.vars {
		g.line("அச்சு %s;", v.name)
	}
	return g.w.String()
}

func (g *generator) line(format string, args ...any) {
	g.w.WriteString(strings.Repeat("  ", g.indent))
	fmt.Fprintf(&g.w, format, args...)
	g.w.WriteByte('\n')
}

func (g *generator) function() {
	f := function{name: fmt.Sprintf("f%d", len(g.funcs)), result: kind(g.c.pick(int(kFunc)))}
	saved := g.vars
	g.vars = nil
	var params []string
	for i := range g.c.pick(4) {
		k := kind(g.c.pick(int(kFunc)))
		f.params = append(f.params, k)
		name := fmt.Sprintf("p%d", i)
		params = append(params, name)
		g.vars = append(g.vars, variable{name, k})
	}
	if n := len(params); n > 0 && g.c.maybe(2) {
		k := f.params[n-1]
		had := g.vars
		g.vars = g.vars[:n-1]
		params[n-1] += " = " + g.expr(k, 1)
		f.last = true
		g.vars = had
	}
	g.globals = []variable{{"g0", kNum}, {"g1", kList}, {"g2", kRec}, {"g3", kGrid}}
	g.inFunc = true
	g.line("செயல் %s(%s) {", f.name, strings.Join(params, ", "))
	g.indent++
	loops, tries := g.loops, g.tries
	g.loops, g.tries = 0, 0
	if g.c.maybe(2) {
		g.small()
	} else {
		for range 1 + g.c.pick(6) {
			if g.c.maybe(3) {
				g.change()
			}
			g.stmt()
		}
	}
	if name := g.of(f.result); name != "" && g.c.maybe(2) {
		g.line("திரும்பு %s;", name)
	} else {
		g.line("திரும்பு %s;", g.expr(f.result, 2))
	}
	g.loops, g.tries = loops, tries
	g.indent--
	g.line("}")
	g.inFunc = false
	g.globals = nil
	g.vars = saved
	g.funcs = append(g.funcs, f)
}

// small writes a body that a compiler may put where it is called: it changes what it was
// given, leaves early, or raises an error.
func (g *generator) small() {
	if g.c.maybe(2) {
		g.change()
	}
	switch g.c.pick(6) {
	case 0:
		k := kind(g.c.pick(int(kFunc)))
		x := g.expr(k, 2)
		g.line("%s = %s;", g.own(k), x)
	case 1:
		g.line("(%s) எனில் { திரும்பு %s; }", g.cond(1), g.expr(kind(g.c.pick(int(kFunc))), 1))
	case 2:
		g.line("(%s) எனில் { எறி %s; }", g.cond(1), g.expr([]kind{kText, kRec, kNum}[g.c.pick(3)], 1))
	case 3:
		g.change()
		g.change()
	case 4: // what it changes is its argument on some ways only
		k := []kind{kList, kRec, kGrid}[g.c.pick(3)]
		name := g.of(k)
		if name == "" || strings.HasPrefix(name, "g") {
			return
		}
		g.line("(%s) எனில் { %s = %s; }", g.cond(1), name, g.expr(k, 1))
		if k == kRec {
			g.line("%s.x = %s;", name, g.expr(kNum, 1))
		} else {
			g.line("%s[%s] = %s;", name, g.index(), g.expr(kNum, 1))
		}
	}
}

// useCall calls a function of the program with what it may change, and looks at that again.
func (g *generator) useCall() {
	k := kind(g.c.pick(int(kFunc)))
	call := g.call(k, 1)
	if call == "" {
		return
	}
	g.line("%s = %s;", g.own(k), call)
	if name := g.of([]kind{kList, kRec, kGrid}[g.c.pick(3)]); name != "" {
		g.line("அச்சு %s;", name)
	}
}

// useClosure makes a small function of what is around it, and calls it in sight: by its
// name, twice, or through a function that it is given to.
func (g *generator) useClosure() {
	name, over := g.newName(), g.of([]kind{kList, kGrid}[g.c.pick(2)])
	item := kind(g.c.pick(int(kFunc)))
	result := kind(g.c.pick(int(kFunc)))
	second := g.c.maybe(2)
	g.line("%s = செயல்(a%s) {", name, map[bool]string{true: ", b = 1"}[second])
	vars, inFunc, loops, tries, globals := g.vars, g.inFunc, g.loops, g.tries, g.globals
	around := vars
	if !inFunc {
		g.globals, around = vars[:min(5, len(vars)):5], nil
	}
	g.vars = append([]variable{{"a", item}}, around...)
	if second {
		g.vars = append(g.vars, variable{"b", kNum})
	}
	g.inFunc, g.loops, g.tries = true, 0, 0
	g.indent++
	g.small()
	g.line("திரும்பு %s;", g.expr(result, 1))
	g.indent--
	g.vars, g.inFunc, g.loops, g.tries, g.globals = vars, inFunc, loops, tries, globals
	g.line("};")
	switch n := g.c.pick(4); {
	case n == 0 && g.places && over != "": // the tree knows no such builtin
		g.line("அச்சு ஒவ்வொன்றுக்கும்(%s, %s);", over, name)
		g.line("அச்சு %s;", over)
	case n == 1 && g.places && over != "":
		g.line("அச்சு மடி(%s, %s, %s);", over, g.expr(item, 1), name)
	default:
		for range 1 + g.c.pick(2) {
			arg := g.of(item)
			if arg == "" {
				arg = g.expr(item, 1)
			}
			g.line("%s = %s(%s);", g.own(result), name, arg)
			g.line("அச்சு %s;", arg)
		}
	}
}

// circle writes two functions that call each other with their arguments exchanged, so that each
// parameter gets what was meant for the other one, late.
func (g *generator) circle() {
	kinds := []kind{kind(g.c.pick(int(kFunc))), kind(g.c.pick(int(kFunc)))}
	for i, other := range []string{"r1", "r0"} {
		vars := g.vars
		g.vars = []variable{{"n", kNum}, {"p", kinds[0]}, {"q", kinds[1]}}
		g.globals = []variable{{"g0", kNum}, {"g1", kList}, {"g2", kRec}, {"g3", kGrid}}
		g.inFunc = true
		g.line("செயல் r%d(n, p, q%s) {", i, []string{"", " = 5"}[g.c.pick(2)])
		g.indent++
		if g.c.maybe(2) {
			g.change()
		}
		end := []string{"p", "q", "[p, q]", "p + 0", "p == q", "n"}[g.c.pick(6)]
		g.line("(n < 1) எனில் { திரும்பு %s; }", end)
		call := fmt.Sprintf("%s(n - 1, q%s)", []string{other, other, fmt.Sprintf("r%d", i)}[g.c.pick(3)], []string{", p", "", ", q", ", n"}[g.c.pick(4)])
		if g.c.maybe(3) {
			g.line("திரும்பு %s;", call)
		} else {
			g.line("v = %s;", call)
			g.change()
			g.line("திரும்பு %s;", []string{"v", "[v, p, q]", "p"}[g.c.pick(3)])
		}
		g.indent--
		g.line("}")
		g.vars, g.globals, g.inFunc = vars, nil, false
	}
}

// useCircle calls one of them, by its name or as a value, or makes a global something else than
// it was.
func (g *generator) useCircle() {
	name := fmt.Sprintf("r%d", g.c.pick(2))
	arg := func() string {
		k := kind(g.c.pick(int(kFunc)))
		if v := g.of(k); v != "" {
			return v
		}
		return g.expr(k, 1)
	}
	x, y := arg(), arg()
	switch g.c.pick(5) {
	case 0:
		g.line("%s = %s;", g.of([]kind{kNum, kList, kRec}[g.c.pick(3)]), g.expr(kind(g.c.pick(int(kFunc))), 1))
		return
	case 1:
		v := g.own(kFunc)
		g.line("%s = %s;", v, name)
		name = v
	}
	k := kind(g.c.pick(int(kFunc)))
	g.line("%s = %s(%d, %s, %s);", g.own(k), name, g.c.pick(4), x, y)
	g.line("அச்சு [%s, %s];", x, y)
}

// block writes statements between braces. What is first set inside is mostly
// forgotten behind it: a variable that isn't set ends a program early.
func (g *generator) block(n int) {
	had := len(g.vars)
	defer func() {
		if !g.c.maybe(5) {
			g.vars = g.vars[:had]
		}
	}()
	g.indent++
	g.depth++
	for range 1 + g.c.pick(n) {
		g.stmt()
	}
	g.depth--
	g.indent--
}

// of picks a readable variable of a kind; "" if there is none.
func (g *generator) of(k kind) string {
	var names []string
	for _, v := range g.vars {
		if v.kind == k {
			names = append(names, v.name)
		}
	}
	for _, v := range g.globals {
		if v.kind == k {
			names = append(names, v.name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return names[g.c.pick(len(names))]
}

// own picks a variable that may be assigned, or makes one.
func (g *generator) own(k kind) string {
	var names []string
	for _, v := range g.vars {
		if v.kind == k {
			names = append(names, v.name)
		}
	}
	if len(names) == 0 || g.c.maybe(6) {
		return g.declare(k)
	}
	return names[g.c.pick(len(names))]
}

func (g *generator) declare(k kind) string {
	// Few names, so that branches and loops set each other's.
	name := fmt.Sprintf("v%d_%d", k, g.c.pick(3))
	for _, v := range g.vars {
		if v.name == name {
			return name
		}
	}
	g.vars = append(g.vars, variable{name, k})
	return name
}

func (g *generator) stmt() {
	g.budget--
	deep := g.depth >= 3 || g.budget <= 0
	switch n := g.c.pick(33); {
	case n <= 2:
		k := kind(g.c.pick(int(numKinds)))
		x := g.expr(k, 3) // before the name is declared
		g.line("%s = %s;", g.own(k), x)
	case n == 3: // an alias
		k := []kind{kList, kRec, kGrid, kText, kRes}[g.c.pick(5)]
		if from := g.of(k); from != "" {
			g.line("%s = %s;", g.own(k), from)
			return
		}
		g.line("அச்சு %s;", g.expr(k, 2))
	case n == 4 || n == 5:
		g.change()
	case n == 6:
		if l := g.of(kList); l != "" {
			to, x := l, g.expr(kNum, 2)
			if g.c.maybe(3) || g.inFunc && strings.HasPrefix(l, "g") {
				to = g.own(kList)
			}
			g.line("%s = இணை(%s, %s);", to, l, x)
		}
	case n == 7:
		if l := g.of(kGrid); l != "" {
			k := []kind{kRec, kList, kGrid}[g.c.pick(3)]
			to, x := l, g.expr(k, 2)
			if g.inFunc && strings.HasPrefix(l, "g") {
				to = g.own(kGrid)
			}
			g.line("%s = இணை(%s, %s);", to, l, x)
		}
	case n == 8:
		if t := g.of(kText); t != "" {
			to, x := t, g.expr(kind(g.c.pick(3)), 1)
			if g.c.maybe(3) || g.inFunc && strings.HasPrefix(t, "g") {
				to = g.own(kText)
			}
			g.line("%s = %s & %s;", to, t, x)
		}
	case n == 9:
		g.line("அச்சு %s;", g.expr(kind(g.c.pick(int(kFunc))), 3))
	case deep:
		g.line("அச்சு %s;", g.expr(kind(g.c.pick(int(kFunc))), 1))
	case n <= 11:
		g.line("(%s) எனில் {", g.cond(2))
		g.block(3)
		if g.c.maybe(2) {
			g.line("} இன்றேல் {")
			g.block(3)
		}
		g.line("}")
	case n == 12:
		g.while()
	case n == 13 || n == 14:
		g.count()
	case n == 15 || n == 16:
		g.each()
	case n == 17 || n == 18:
		g.try()
	case n == 19:
		g.leave()
	case n == 20:
		g.lambda()
	case n == 22:
		g.useCall()
	case n == 23 && !g.inFunc:
		g.useCircle()
	case n == 23:
		g.useCall()
	case n == 24 || n == 25:
		g.useClosure()
	case n == 32:
		g.line("அச்சு w(%s, %s);", g.few(), g.few())
	case n == 31:
		g.through()
	case n >= 29:
		g.apart()
	case n >= 26:
		g.twice()
	default:
		x, y, r := g.expr(kNum, 2), g.expr(kNum, 2), g.expr(kRec, 2)
		l, a := g.own(kList), g.own(kNum)
		b := g.own(kNum)
		g.line("[%s, %s] = [%s, %s];", a, b, x, y)
		g.line("{x: %s, z: %s} = %s;", a, l, r)
	}
}

// twice writes something down before and after what it is about has changed, perhaps in a loop:
// what is kept in hand too long shows.
func (g *generator) twice() {
	k := []kind{kNum, kNum, kText, kList}[g.c.pick(4)]
	name := g.of(k)
	if name == "" {
		return
	}
	other := g.expr(k, 1)
	what := map[kind]string{
		kNum: fmt.Sprintf("%s %s %s", name, []string{"+", "-", "<", "=="}[g.c.pick(4)], other), kText: fmt.Sprintf("%s & %s", name, other),
		kList: fmt.Sprintf("%s[%s]", name, g.index()),
	}[k]
	loop := g.c.maybe(2)
	if loop {
		i := g.newName()
		g.line("ஒவ்வொரு %s இல் வீச்சு(1, 3) {", i)
		g.indent++
		g.vars = append(g.vars, variable{i, kNum})
	}
	branch := k == kNum && g.c.maybe(3)
	show := func() {
		if branch {
			g.line("(%s) எனில் { அச்சு 1; } இன்றேல் { அச்சு %s; }", what, other)
		} else {
			g.line("அச்சு %s;", what)
		}
	}
	show()
	switch global := g.inFunc && strings.HasPrefix(name, "g"); {
	case !global && g.c.maybe(2):
		g.line("%s = %s;", name, g.expr(k, 1))
	case !global && k == kNum:
		g.line("%s = %s + 1;", name, name)
	case k == kList:
		g.line("%s[%s] = %s;", name, g.index(), g.expr(kNum, 1))
	default:
		g.change()
	}
	show()
	if loop {
		g.vars = g.vars[:len(g.vars)-1]
		g.indent--
		g.line("}")
	}
}

// apart makes a record or list of which nothing but parts is looked at, mostly.
func (g *generator) apart() {
	n := g.newName()
	parts := []string{"[0]", "[1]"}
	if g.c.maybe(2) {
		parts = []string{".x", ".y"}
		g.line("%s = {x: %s, y: %s};", n, g.expr(kNum, 2), g.expr(kind(g.c.pick(int(kFunc))), 2))
	} else {
		g.line("%s = [%s, %s];", n, g.expr(kNum, 2), g.expr(kind(g.c.pick(int(kFunc))), 2))
	}
	change := func() {
		p := parts[g.c.pick(2)]
		switch g.c.pick(5) {
		case 0:
			g.line("%s%s = %s%s + %s;", n, p, n, parts[g.c.pick(2)], g.expr(kNum, 1))
		case 1:
			g.line("%s%s = %s;", n, p, g.expr(kind(g.c.pick(int(kFunc))), 1))
		case 2:
			g.line("%s%s = இணை(%s%s, %s);", n, p, n, p, g.expr(kNum, 1))
		case 3:
			g.line("[%s[0], %s[1]] = [%s[1], %s[0]];", n, n, n, n)
		default:
			g.line("%s%s[%s] = %s;", n, p, g.index(), g.expr(kNum, 1))
		}
	}
	switch g.c.pick(3) {
	case 0:
		g.line("ஒவ்வொரு i%s இல் வீச்சு(1, 3) {", n)
		g.indent++
		change()
		g.line("அச்சு %s%s;", n, parts[g.c.pick(2)])
		change()
		g.indent--
		g.line("}")
	case 1:
		g.line("(%s) எனில் {", g.cond(1))
		g.indent++
		change()
		g.indent--
		g.line("}")
	default:
		change()
	}
	g.line("அச்சு %s%s;", n, parts[0])
	g.line("அச்சு %s%s;", n, parts[1])
	if g.c.maybe(5) {
		g.line("அச்சு %s;", n)
	}
}

// change writes an assignment to a part of a value.
func (g *generator) change() {
	path, k := "", kNum
	root := kind(0)
	switch g.c.pick(9) {
	case 0:
		root, path = kList, "["+g.index()+"]"
	case 1:
		root, path = kRec, ".x"
	case 2:
		root, path, k = kRec, ".y", kText
	case 3:
		root, path, k = kRec, ".z", kList
	case 4:
		root, path = kRec, ".z["+g.index()+"]"
	case 5:
		root, path = kGrid, "["+g.index()+"].x"
	case 6:
		root, path = kGrid, "["+g.index()+"]["+g.index()+"]"
	case 7:
		root, path = kGrid, "["+g.index()+"].z["+g.index()+"]"
	default:
		root, path, k = kGrid, "["+g.index()+"]", kRec
	}
	name := g.of(root)
	if name == "" {
		return
	}
	if k == kNum && g.c.maybe(2) {
		op := []string{"+", "-"}[g.c.pick(2)]
		if g.c.maybe(3) {
			g.line("%s%s = %s %s %s%s;", name, path, g.expr(kNum, 1), op, name, path)
			return
		}
		g.line("%s%s = %s%s %s %s;", name, path, name, path, op, g.expr(kNum, 1))
		return
	}
	if k == kNum && g.c.maybe(4) {
		k = []kind{kRec, kList}[g.c.pick(2)] // a container inside
	}
	g.line("%s%s = %s;", name, path, g.expr(k, 2))
}

func (g *generator) index() string {
	if g.c.maybe(3) {
		if n := g.of(kNum); n != "" {
			return n
		}
	}
	return []string{"0", "1", "2"}[g.c.pick(3)]
}

func (g *generator) newName() string {
	g.fresh++
	return fmt.Sprintf("n%d", g.fresh)
}

// through counts through a list and reads it there, or nearly: from 1, to the last but one, with
// the list changed, the count read otherwise, or the loop left; or stores what is the same on each turn.
func (g *generator) through() {
	l := g.of([]kind{kList, kGrid}[g.c.pick(2)])
	if l == "" {
		return
	}
	i, x := g.newName(), g.own(kNum)
	other := l
	if g.c.maybe(4) {
		other = g.own(kList)
	}
	start := []string{"0", "0", "1", "0.0", "0 - 1"}[g.c.pick(5)]
	count := g.c.maybe(2)
	if count {
		g.line("ஒவ்வொரு %s இல் வீச்சு(%s, நீளம்(%s)%s) {", i, start, l, []string{" - 1", " - 1", " - 2", " - 1.0", ""}[g.c.pick(5)])
	} else {
		g.line("%s = %s;", i, start)
		g.line("(%s %s நீளம்(%s)%s) சுற்று {", i, []string{"<", "<="}[g.c.pick(2)], l, []string{"", " - 1"}[g.c.pick(2)])
	}
	had := len(g.vars)
	g.indent++
	g.loops++
	if g.c.maybe(2) {
		g.vars = append(g.vars, variable{i, kNum})
	}
	read := func() {
		item := fmt.Sprintf("[%s, %s[%s]]", x, other, i)
		if g.c.maybe(2) {
			g.line("அச்சு %s;", item)
		} else {
			g.line("%s = %s;", g.own(kGrid), item)
		}
	}
	if g.c.maybe(2) {
		read()
	}
	switch g.c.pick(6) {
	case 0:
		g.change()
	case 1:
		if !g.inFunc || !strings.HasPrefix(l, "g") {
			g.line("%s[%s] = %s;", l, []string{i, "0"}[g.c.pick(2)], g.expr(kNum, 1))
		}
	case 2:
		g.line("(%s) எனில் { %s; }", g.cond(1), []string{"நிறுத்து", "தொடர்"}[g.c.pick(map[bool]int{true: 2, false: 1}[count])])
	case 3:
		g.line("அச்சு %s;", i)
	case 4:
		to := g.own(kList)
		g.line("%s = இணை(%s, %s);", to, to, []string{"7", "2.50", "மெய்", "இன்மை", "\"க\""}[g.c.pick(5)])
	}
	read()
	if !count {
		g.line("%s = %s + %s;", i, i, []string{"1", "1", "2", "1.0"}[g.c.pick(4)])
	}
	g.loops--
	g.indent--
	g.vars = g.vars[:had]
	g.line("}")
	switch g.c.pick(3) {
	case 0:
		g.line("அச்சு %s;", l)
	case 1:
		g.change()
	}
}

// few is a list of a few numbers, written down, so that the compiler knows that it is one.
func (g *generator) few() string {
	return []string{"[1, 2, 3]", "[]", "[2]", "[4, 2, 1, 3]", "[5, 2.50]"}[g.c.pick(5)]
}

// walk writes the function w, which gets lists and nothing else: it counts through the first as
// through does, does what can be done with lists meanwhile and afterwards, and returns all it saw.
func (g *generator) walk() {
	pick := func(all ...string) string { return all[g.c.pick(len(all))] }
	count, twice := g.c.maybe(2), g.c.maybe(3)
	g.line("செயல் w(l, m) {")
	g.line("  s = [];")
	if twice {
		g.line("  ஒவ்வொரு j இல் வீச்சு(0, 1) {")
	}
	start := pick("0", "0", "0", "1", "0.0")
	if count {
		g.line("  ஒவ்வொரு i இல் வீச்சு(%s, நீளம்(l) - %s) {", start, pick("1", "1", "1", "2", "1.0", "0"))
	} else {
		g.line("  i = %s;", start)
		g.line("  (i %s) சுற்று {", pick("< நீளம்(l)", "< நீளம்(l)", "<= நீளம்(l) - 1", "<= நீளம்(l)", "< நீளம்(m)"))
	}
	for range 1 + g.c.pick(3) {
		switch g.c.pick(11) {
		case 0, 1, 2, 9, 10:
			g.line("    s = இணை(s, l[i]);")
		case 3:
			g.line("    s = இணை(s, %s);", pick("m[i]", "l[m[0]]", "l[0]"))
		case 4:
			g.line("    s = இணை(s, %s);", pick("i", "i + 1", "l[i] * i"))
		case 5:
			g.line("    %s[%s] = %s;", pick("l", "m"), pick("i", "0", "1"), pick("9", "i", "l[i]"))
		case 6:
			leave := "நிறுத்து"
			if count && g.c.maybe(2) {
				leave = "தொடர்"
			}
			g.line("    (l[i] == 2) எனில் { %s; }", leave)
		case 7:
			g.line("    m = இணை(m, l[i]);")
		default:
			g.line("    %s = %s;", pick("m", "l", "s"), pick("l", "m", "[l, m]"))
		}
	}
	if !count {
		g.line("    i = i + %s;", pick("1", "1", "1", "2", "1.0", "l[i]"))
	}
	g.line("  }")
	if twice {
		g.line("  }")
	}
	switch g.c.pick(4) {
	case 0:
		g.line("  l[0] = 7;")
	case 1:
		if !count {
			g.line("  s = இணை(s, i);")
		}
	case 2:
		g.line("  l = இணை(l, 8);")
	}
	g.line("  திரும்பு %s;", pick("s", "[s, m]", "[s, l, m]"))
	g.line("}")
	for range 2 {
		g.line("முயல் { அச்சு w(%s, %s); } பிழை(e) { அச்சு e.code; }", g.few(), g.few())
	}
}

func (g *generator) while() {
	n := g.newName()
	g.line("%s = 0;", n)
	limit := []string{"3", "5", "4.5", "9223372036854775807"}[g.c.pick(4)]
	start := ""
	if limit[0] == '9' && len(limit) > 1 {
		start = "9223372036854775804"
		g.line("%s = %s;", n, start)
	}
	g.vars = append(g.vars, variable{n, kNum})
	op := []string{"<", "<=", "!="}[g.c.pick(3)]
	if op == "!=" {
		limit = "3"
		g.line("%s = 0;", n)
	}
	cond := n + " " + op + " " + limit
	if g.c.maybe(3) {
		cond = limit + " " + map[string]string{"<": ">", "<=": ">=", "!=": "!="}[op] + " " + n
	}
	if g.c.maybe(3) {
		cond += " மற்றும் " + g.cond(1)
	}
	first := g.c.maybe(2)
	g.line("(%s) சுற்று {", cond)
	g.loops++
	g.indent++
	if first {
		g.line("%s = %s + 1;", n, n)
	}
	g.indent--
	if !first {
		saved := g.loops
		g.loops = 0 // a continue would never end
		g.block(3)
		g.loops = saved
	} else {
		g.block(3)
	}
	if !first {
		g.line("  %s = %s + 1;", n, n)
	}
	g.loops--
	g.line("}")
}

func (g *generator) count() {
	n := g.newName()
	if g.c.maybe(3) {
		n = g.own(kNum)
	}
	args := []string{"1, 3", "0, 2", "3, 1, -1", "1, 2, 0.5", "5, 4", "2, நீளம்(g1)", "9223372036854775805, 9223372036854775807", "1, 300, 120"}[g.c.pick(8)]
	if g.c.maybe(5) {
		g.line("ஒவ்வொரு %s, %s இல் வீச்சு(%s) {", g.own(kNum), n, args)
	} else {
		g.line("ஒவ்வொரு %s இல் வீச்சு(%s) {", n, args)
	}
	had := len(g.vars)
	g.vars = append(g.vars, variable{n, kNum})
	g.loops++
	g.block(4)
	g.loops--
	g.line("}")
	if g.c.maybe(2) {
		g.vars = g.vars[:had]
	}
}

func (g *generator) each() {
	k := []kind{kList, kGrid, kRec, kText}[g.c.pick(4)]
	over := g.of(k)
	if over == "" || g.c.maybe(3) {
		over = g.expr(k, 2)
		if strings.Contains(over, "{") {
			over = "(" + over + ")"
		}
	}
	item := map[kind]kind{kList: kNum, kGrid: []kind{kRec, kList}[g.c.pick(2)], kRec: kText, kText: kText}[k]
	n := g.newName()
	switch {
	case g.c.maybe(3):
		n = g.own(item)
	}
	if g.c.maybe(3) {
		g.line("ஒவ்வொரு %s, %s இல் %s {", g.own(kNum), n, over)
	} else {
		g.line("ஒவ்வொரு %s இல் %s {", n, over)
	}
	had := len(g.vars)
	g.vars = append(g.vars, variable{n, item})
	g.loops++
	g.block(4)
	g.loops--
	g.line("}")
	if !g.c.maybe(4) {
		g.vars = g.vars[:had]
	}
}

func (g *generator) try() {
	g.line("முயல் {")
	g.tries++
	g.block(4)
	g.tries--
	with := g.c.pick(3)
	if with != 2 {
		e := fmt.Sprintf("e%d", g.depth)
		g.line("} பிழை(%s) {", e)
		if g.places {
			g.line("  அச்சு %s.code & %s.line & \":\" & %s.column & %s.stack;", e, e, e, e)
		} else {
			g.line("  அச்சு %s.code;", e)
		}
		g.block(3)
	}
	if with != 0 {
		g.line("} இறுதியில் {")
		saved := g.loops
		g.loops = 0
		g.block(2)
		g.loops = saved
	}
	g.line("}")
}

func (g *generator) leave() {
	// What follows can't be reached: only where a branch is taken.
	word := ""
	switch n := g.c.pick(6); {
	case n <= 1 && g.loops > 0:
		word = "நிறுத்து;"
	case n <= 3 && g.loops > 0:
		word = "தொடர்;"
	case n == 4 && g.inFunc:
		word = "திரும்பு " + g.expr(kind(g.c.pick(int(kFunc))), 1) + ";"
	case g.tries > 0 || n == 5:
		word = "எறி " + g.expr([]kind{kText, kRec, kNum}[g.c.pick(3)], 1) + ";"
	default:
		return
	}
	g.line("(%s) எனில் { %s }", g.cond(2), word)
}

// lambda makes a function that captures and perhaps changes what is around it.
func (g *generator) lambda() {
	name := g.own(kFunc)
	g.line("%s = செயல்(a) {", name)
	before := g.vars
	vars, inFunc, loops, tries, globals := g.vars, g.inFunc, g.loops, g.tries, g.globals
	if !inFunc {
		g.globals, vars = g.vars[:min(5, len(g.vars)):5], nil
	}
	g.vars = append([]variable{{"a", kind(g.c.pick(int(kFunc)))}}, vars...)
	g.inFunc, g.loops, g.tries = true, 0, 0
	g.block(3)
	g.line("  திரும்பு %s;", g.expr(kind(g.c.pick(int(kFunc))), 2))
	g.vars, g.inFunc, g.loops, g.tries, g.globals = before, inFunc, loops, tries, globals
	g.line("};")
	if k := kind(g.c.pick(int(kFunc))); g.c.maybe(2) {
		g.line("%s = %s(%s);", g.own(k), name, g.expr(k, 1))
	}
}

var numbers = []string{
	"0", "1", "2", "3", "7", "0.5", "2.50", "10", "12.5%", "0.1",
	"9223372036854775807", "9223372036854775808", "4294967296", "79228162514264337593543950335",
	"39614081257132168796771975168", "0.0000000000000000000000000001", "1.10", "100", "-1", "-9223372036854775808", "-0.30",
}

var texts = []string{`""`, `"a"`, `"தமிழ்"`, `"12"`, `"x y"`, `"0"`}

// cond writes what a branch asks.
func (g *generator) cond(depth int) string { return g.expr(kBool, depth) }

func (g *generator) expr(k kind, depth int) string {
	if g.c.maybe(40) {
		k = kind(g.c.pick(int(numKinds)))
	}
	if depth <= 0 || g.c.pick(4) == 0 {
		if name := g.of(k); name != "" && !g.c.maybe(4) {
			return name
		}
	}
	sub := func(k kind) string { return g.expr(k, depth-1) }
	if depth > 0 && g.c.maybe(5) {
		if call := g.call(k, depth-1); call != "" {
			return call
		}
	}
	switch k {
	case kNum:
		if depth <= 0 {
			return numbers[g.c.pick(len(numbers))]
		}
		switch g.c.pick(14) {
		case 0, 1, 2:
			return fmt.Sprintf("(%s + %s)", sub(kNum), sub(kNum))
		case 3:
			return fmt.Sprintf("(%s - %s)", sub(kNum), sub(kNum))
		case 4:
			return fmt.Sprintf("%s * %s", sub(kNum), sub(kNum))
		case 5:
			return fmt.Sprintf("%s / %s", sub(kNum), sub(kNum))
		case 6:
			return fmt.Sprintf("%s(%s, %s)", []string{"மீதி", "ஈவு"}[g.c.pick(2)], sub(kNum), sub(kNum))
		case 7:
			return fmt.Sprintf("(-%s)", g.expr(kNum, 0))
		case 8:
			return fmt.Sprintf("நீளம்(%s)", sub([]kind{kList, kText, kRec, kGrid}[g.c.pick(4)]))
		case 9:
			if l := g.of(kList); l != "" {
				return l + "[" + g.index() + "]"
			}
		case 10:
			if r := g.of(kRec); r != "" {
				return r + ".x"
			}
		case 11:
			if l := g.of(kGrid); l != "" {
				return l + "[" + g.index() + "]" + []string{".x", "[0]", ".z[1]"}[g.c.pick(3)]
			}
		case 12:
			if r := g.of(kRes); r != "" {
				return r + "?"
			}
		case 13:
			return fmt.Sprintf([]string{"(0 - %s)", "(%s - 0)", "(%s + 0)", "1 * %s", "%s * 1"}[g.c.pick(5)], sub(kNum))
		}
		return numbers[g.c.pick(len(numbers))]
	case kText:
		if depth <= 0 {
			return texts[g.c.pick(len(texts))]
		}
		switch g.c.pick(6) {
		case 0, 1:
			return fmt.Sprintf("(%s & %s)", sub(kText), sub(kind(g.c.pick(int(kRes)))))
		case 2:
			return fmt.Sprintf("(%s & %s & %s)", sub(kText), sub(kNum), sub(kList))
		case 3:
			if r := g.of(kRec); r != "" {
				return r + ".y"
			}
		case 4:
			if t := g.of(kText); t != "" {
				return t + "[0]"
			}
		}
		return texts[g.c.pick(len(texts))]
	case kBool:
		if depth <= 0 {
			return []string{"மெய்", "பொய்"}[g.c.pick(2)]
		}
		switch g.c.pick(8) {
		case 0, 1, 2, 3:
			op := []string{"<", "<=", ">", ">=", "==", "!="}[g.c.pick(6)]
			k := kNum
			if g.c.maybe(4) {
				k = kind(g.c.pick(int(kFunc)))
			}
			return fmt.Sprintf("(%s %s %s)", g.expr(k, depth-1), op, g.expr(k, depth-1))
		case 4:
			return fmt.Sprintf("(%s மற்றும் %s)", sub(kBool), sub(kBool))
		case 5:
			return fmt.Sprintf("(%s அல்லது %s)", sub(kBool), sub(kBool))
		case 6:
			return fmt.Sprintf("(இல்லை %s)", sub(kBool))
		}
		return sub(kind(g.c.pick(int(kFunc))))
	case kList:
		if depth > 0 {
			switch g.c.pick(8) {
			case 0:
				return fmt.Sprintf("[%s, %s]", sub(kNum), sub(kNum))
			case 1:
				return fmt.Sprintf("[%s, ..%s]", sub(kNum), sub(kList))
			case 2:
				return fmt.Sprintf("இணை(%s, %s)", sub(kList), sub(kNum))
			case 3:
				if r := g.of(kRec); r != "" {
					return r + ".z"
				}
			case 4:
				if l := g.of(kGrid); l != "" {
					return l + "[" + g.index() + "]"
				}
			case 5:
				if r := g.of(kRec); r != "" {
					return fmt.Sprintf("[%s.x, %s.x, 3]", r, r)
				}
			}
		}
		return []string{"[1, 2, 3]", "[]", "[0, 5, 9, 2]"}[g.c.pick(3)]
	case kRec:
		if depth > 0 {
			switch g.c.pick(8) {
			case 0, 1:
				return fmt.Sprintf("{x: %s, y: %s, z: %s}", sub(kNum), sub(kText), sub(kList))
			case 2:
				return fmt.Sprintf("{..%s, x: %s}", sub(kRec), sub(kNum))
			case 3:
				if l := g.of(kGrid); l != "" {
					return l + "[" + g.index() + "]"
				}
			case 4:
				return fmt.Sprintf("P{x: %s, y: %s, z: %s}", sub(kNum), sub(kText), sub(kList))
			case 5:
				if r := g.of(kRec); r != "" && g.c.maybe(3) {
					return fmt.Sprintf("%s.கூட்டு(%s)", r, sub(kNum))
				}
			}
		}
		return `{x: 1, y: "b", z: [4, 5, 6]}`
	case kGrid:
		if depth > 0 {
			switch g.c.pick(6) {
			case 0:
				return fmt.Sprintf("[%s, %s]", sub(kRec), sub(kRec))
			case 1:
				return fmt.Sprintf("[%s, %s, %s]", sub(kList), sub(kRec), sub(kGrid))
			case 2:
				if l := g.of(kList); l != "" {
					return fmt.Sprintf("[%s, %s, %s]", l, l, l)
				}
			case 3:
				if r := g.of(kRec); r != "" {
					return fmt.Sprintf("[%s, %s]", r, r)
				}
			case 4:
				return fmt.Sprintf("இணை(%s, %s)", sub(kGrid), sub(kRec))
			}
		}
		return `[{x: 1, y: "q", z: [1, 2]}, [7, 8, 9], {x: 2, y: "r", z: [3]}]`
	case kRes:
		if g.c.maybe(3) {
			return fmt.Sprintf("தவறு(%s)", g.expr([]kind{kText, kList}[g.c.pick(2)], depth-1))
		}
		return fmt.Sprintf("சரி(%s)", g.expr([]kind{kNum, kList, kRec}[g.c.pick(3)], depth-1))
	default:
		if len(g.funcs) > 0 {
			return g.funcs[g.c.pick(len(g.funcs))].name
		}
		return "நீளம்"
	}
}

// call writes a call of a function of the program whose result is of kind k.
func (g *generator) call(k kind, depth int) string {
	var fit []function
	for _, f := range g.funcs {
		if f.result == k {
			fit = append(fit, f)
		}
	}
	if len(fit) == 0 {
		return ""
	}
	f := fit[g.c.pick(len(fit))]
	var args []string
	for i, p := range f.params {
		if f.last && i == len(f.params)-1 && g.c.maybe(2) {
			break // it is left out
		}
		if i > 0 && f.params[i-1] == p && g.c.maybe(2) {
			args = append(args, args[i-1]) // the same argument twice
			continue
		}
		if name := g.of(p); name != "" && g.c.pick(3) > 0 {
			args = append(args, name) // what the callee could change
			continue
		}
		args = append(args, g.expr(p, depth-1))
	}
	return f.name + "(" + strings.Join(args, ", ") + ")"
}
