package ir

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// graph makes a function of empty blocks from lines "b0 -> b1 b2"; one way out
// is a jump, two are a branch, none a return.
func graph(t *testing.T, text string) *Func {
	t.Helper()
	var w strings.Builder
	w.WriteString("func 0 \"f\" {\n")
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		from, to, _ := strings.Cut(line, "->")
		params := ""
		if i == 0 {
			params = "v0 any"
		}
		fmt.Fprintf(&w, "%s(%s):\n", strings.TrimSpace(from), params)
		switch ways := strings.Fields(to); len(ways) {
		case 0:
			w.WriteString("return v0\n")
		case 1:
			w.WriteString("jump " + ways[0] + "\n")
		default:
			w.WriteString("if v0 " + ways[0] + " else " + ways[1] + "\n")
		}
	}
	w.WriteString("}\n")
	f := parse(t, w.String())
	f.Recompute()
	return f
}

const twoLoops = `b0 -> b1
b1 -> b2 b6
b2 -> b3
b3 -> b4 b5
b4 -> b3
b5 -> b1
b6 ->
b7 -> b6`

func TestDominators(t *testing.T) {
	f := graph(t, twoLoops)
	d := f.Dominators()
	var got []string
	for _, b := range f.Blocks {
		p := "-"
		if i := d.Idom(b); i != nil {
			p = fmt.Sprint(i.ID)
		}
		got = append(got, fmt.Sprintf("%d<%s", b.ID, p))
	}
	if s := strings.Join(got, " "); s != "0<- 1<0 2<1 3<2 4<3 5<3 6<1" {
		t.Errorf("immediate dominators %s", s)
	}
	if len(f.Blocks) != 7 {
		t.Error("a block that can't be reached has stayed")
	}
}

// A block dominates another when, without it, the other can't be reached: the
// tree is held to that on random graphs.
func TestDominatorsAgainstDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		n := 2 + r.IntN(9)
		var w strings.Builder
		for b := range n {
			fmt.Fprintf(&w, "b%d ->", b)
			for range r.IntN(3) {
				fmt.Fprintf(&w, " b%d", 1+r.IntN(n-1))
			}
			w.WriteString("\n")
		}
		f := graph(t, w.String())
		d := f.Dominators()
		reach := func(without *Block) map[*Block]bool {
			seen := map[*Block]bool{}
			work := []*Block{f.Blocks[0]}
			for len(work) > 0 {
				b := work[0]
				work = work[1:]
				if seen[b] || b == without {
					continue
				}
				seen[b] = true
				for _, e := range b.Term.Succs {
					work = append(work, e.To)
				}
			}
			return seen
		}
		for _, a := range f.Blocks {
			seen := reach(a)
			for _, b := range f.Blocks {
				if want := a == b || !seen[b]; d.Dominates(a, b) != want {
					t.Fatalf("b%d dominates b%d: %v\n%s", a.ID, b.ID, !want, w.String())
				}
			}
		}
	}
}

func TestLoopDepth(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{twoLoops, "0:0 1:1 2:1 3:2 4:2 5:1 6:0"},
		{"b0 -> b1\nb1 -> b1 b2\nb2 ->", "0:0 1:1 2:0"},
		// Two ways back to one head are one loop.
		{"b0 -> b1\nb1 -> b2 b4\nb2 -> b1 b3\nb3 -> b1\nb4 ->", "0:0 1:1 2:1 3:1 4:0"},
		// A circle with two ways in has no head and is no loop.
		{"b0 -> b1 b2\nb1 -> b2 b3\nb2 -> b1\nb3 ->", "0:0 1:0 2:0 3:0"},
	} {
		f := graph(t, c.text)
		f.FindLoops()
		var got []string
		for _, b := range f.Blocks {
			got = append(got, fmt.Sprintf("%d:%d", b.ID, b.Loop))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s\ndepths %s, not %s", c.text, s, c.want)
		}
	}
}

func TestLayout(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		// A loop's blocks stand together, its exit behind them.
		{"b0 -> b1\nb1 -> b3 b2\nb3 -> b1\nb2 ->", "0 1 3 2"},
		{"b0 -> b1\nb1 -> b2 b3\nb3 -> b1\nb2 ->", "0 1 3 2"},
		{twoLoops, "0 1 2 3 4 5 6"},
		// The true way first, the join last.
		{"b0 -> b1 b2\nb2 -> b3\nb3 ->\nb1 -> b3", "0 1 2 3"},
	} {
		f := graph(t, c.text)
		f.Layout()
		var got []string
		for _, b := range f.Blocks {
			got = append(got, fmt.Sprint(b.ID))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s\nlaid out %s, not %s", c.text, s, c.want)
		}
	}
}

// Whatever the graph, the entry stands first, every block once, and a block
// behind those that dominate it.
func TestLayoutKeepsDominatorsFirst(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		n := 2 + r.IntN(12)
		var w strings.Builder
		for b := range n {
			fmt.Fprintf(&w, "b%d ->", b)
			for range r.IntN(3) {
				fmt.Fprintf(&w, " b%d", 1+r.IntN(n-1))
			}
			w.WriteString("\n")
		}
		f := graph(t, w.String())
		had := len(f.Blocks)
		f.Layout()
		at := map[*Block]int{}
		for i, b := range f.Blocks {
			at[b] = i
		}
		if len(at) != had || f.Blocks[0].ID != 0 {
			t.Fatalf("laid out %d of %d blocks", len(at), had)
		}
		d := f.Dominators()
		for _, b := range f.Blocks {
			if p := d.Idom(b); p != nil && at[p] > at[b] {
				t.Fatalf("b%d stands before b%d, which dominates it\n%s", b.ID, p.ID, w.String())
			}
		}
	}
}
