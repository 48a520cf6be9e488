package compile

import (
	"fmt"
	"io"
	"strings"

	"etamil/internal/ir"
)

// marks keeps book of what the passes did, for `dis --stage=opt`: behind each line stand the
// passes that made it, moved it or changed it, and before each function what they dropped.
type marks struct {
	funcs map[*ir.Func]*history
}

// history is what is known of one function after the last pass.
type history struct {
	lines map[int]placed   // by value number
	ends  map[int]string   // how blocks end, by number
	did   map[int][]string // what passes did, by value number
	turns map[int][]string // and to ends, by number of the block
	gone  []string         // how many each pass dropped
}

type placed struct {
	text  string
	block int
}

// begin takes funcs as they were built.
func (m *marks) begin(funcs []*ir.Func) {
	m.funcs = map[*ir.Func]*history{}
	for _, f := range funcs {
		h := &history{did: map[int][]string{}, turns: map[int][]string{}}
		h.lines, h.ends = look(f)
		m.funcs[f] = h
	}
}

func look(f *ir.Func) (lines map[int]placed, ends map[int]string) {
	lines, ends = map[int]placed{}, map[int]string{}
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			lines[v.ID] = placed{v.Long(), b.ID}
		}
		ends[b.ID] = b.Term.String()
	}
	return lines, ends
}

// after compares f with what it was before the pass.
func (m *marks) after(pass string, f *ir.Func) {
	h := m.funcs[f]
	lines, ends := look(f)
	// What only followed its block when that was joined to another has not moved.
	joined := map[[2]int]bool{}
	for id, old := range h.lines {
		if now, ok := lines[id]; ok && now.block != old.block {
			if _, still := ends[old.block]; !still {
				joined[[2]int{old.block, now.block}] = true
			}
		}
	}
	for id, now := range lines {
		old, ok := h.lines[id]
		switch {
		case !ok:
			h.did[id] = append(h.did[id], pass+": new")
		case old.block != now.block && !joined[[2]int{old.block, now.block}]:
			h.did[id] = append(h.did[id], fmt.Sprintf("%s: from b%d", pass, old.block))
		case old.text != now.text:
			h.did[id] = append(h.did[id], pass)
		}
	}
	dropped := 0
	for id := range h.lines {
		if _, ok := lines[id]; !ok {
			dropped++
		}
	}
	blocks := 0
	for id, end := range h.ends {
		now, ok := ends[id]
		if !ok {
			blocks++
		} else if now != end {
			h.turns[id] = append(h.turns[id], pass)
		}
	}
	var gone []string
	for _, g := range []struct {
		n    int
		what string
	}{{dropped, "instruction"}, {blocks, "block"}} {
		switch {
		case g.n == 1:
			gone = append(gone, "1 "+g.what)
		case g.n > 1:
			gone = append(gone, fmt.Sprintf("%d %ss", g.n, g.what))
		}
	}
	if gone != nil {
		h.gone = append(h.gone, pass+" "+strings.Join(gone, " and "))
	}
	h.lines, h.ends = lines, ends
}

// markColumn is where marks stand.
const markColumn = 44

// show writes funcs with what was done to them.
func (m *marks) show(w io.Writer, funcs []*ir.Func) {
	for _, f := range funcs {
		h := m.funcs[f]
		if h.gone != nil {
			fmt.Fprintf(w, "// dropped: %s\n", strings.Join(h.gone, ", "))
		}
		lines := strings.Split(strings.TrimSuffix(f.String(), "\n"), "\n")
		at := 0
		line := func(did []string) {
			s := lines[at]
			at++
			if did == nil {
				fmt.Fprintln(w, s)
				return
			}
			fmt.Fprintf(w, "%s%s// %s\n", s, strings.Repeat(" ", max(1, markColumn-len(s))), strings.Join(did, ", "))
		}
		line(nil)
		for _, b := range f.Blocks {
			line(nil)
			for _, v := range b.Instrs {
				line(h.did[v.ID])
			}
			line(h.turns[b.ID])
		}
		line(nil)
		fmt.Fprintln(w)
	}
}
