package compile_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// planted are bugs, at least one for each pass and each thing behind the passes that decides
// something: file (from the root of the repository), what stands there, and what is put in its
// place. The tests that compare the ways to run a program must find each of them; that is how we
// know that they find those which nobody planted.
var planted = []struct{ name, file, is, bug string }{
	{
		"inline: what a closure holds, in the wrong order", "opt/inline.go",
		`m.n.now(m.c.held[v.Int])`,
		`m.n.now(m.c.held[len(m.c.held)-1-int(v.Int)])`,
	},
	{
		"inline: an error in a body goes past the handler", "opt/inline.go",
		`y.Handler, y.Loop = b.Handler, b`,
		`y.Handler, y.Loop = nil, b`,
	},
	{
		"types: what is read out of a list holds nothing", "opt/retype.go",
		`	return v.Op.Info().Result
`,
		`	if v.Op == ir.OpGetIndex {
		return ir.TScalar
	}
	return v.Op.Info().Result
`,
	},
	{
		"types: a function that is a value gets only what calls in sight give it", "opt/types.go",
		`open[k] = true
				}`,
		`open[k] = len(funcs[k].Name) == 0
				}`,
	},
	{
		"types: a parameter is what the first call gives it", "opt/types.go",
		`add(&to.kind[q.ID], w.kind[a.ID]) {`,
		`to.kind[q.ID] == 0 && add(&to.kind[q.ID], w.kind[a.ID]) {`,
	},
	{
		"types: a global is what was first set", "opt/types.go",
		`if t := p.globals[v.Int]; add(&t, w.kind[v.Args[0].ID]) {`,
		`if t := p.globals[v.Int]; add(&t, w.kind[v.Args[0].ID]) && p.globals[v.Int] == 0 {`,
	},
	{
		"sccp: a constant stays one when a later turn changes an operand", "opt/sccp.go",
		`if c, ok := p.compute(v); !ok || c != *k.c {`,
		`if c, ok := p.compute(v); ok && c != *k.c {`,
	},
	{
		"sccp: a parameter is what came first", "opt/sccp.go",
		`case a.state == unseen || k.state == isConst && a.state == isConst && *k.c == *a.c:`,
		`case a.state == unseen || k.state == isConst && a.state == isConst:`,
	},
	{
		"identity: 0 - x is x", "opt/identity.go",
		`if v.Op != ir.OpSub && whole(x, n)`,
		`if whole(x, n)`,
	},
	{
		"fold: remainder and quotient exchanged", "opt/fold.go",
		`decimal.DivFloor(args[0].Num, args[1].Num)`,
		`decimal.Mod(args[0].Num, args[1].Num)`,
	},
	{
		"scalars: a part that is set is the other one", "opt/scalars.go",
		`			w.parts[i] = v.Args[len(v.Args)-1]`,
		`			w.parts[len(w.parts)-1-i] = v.Args[len(v.Args)-1]`,
	},
	{
		"thread: what a branch reads may be read elsewhere", "opt/thread.go",
		`if uses[t.Params[0].ID] != 1 || !quiet(t, uses) {`,
		`if !quiet(t, uses) {`,
	},
	{
		"clean: blocks with different handlers are joined", "opt/clean.go",
		`p.Term.Kind == ir.TermJump && p.Handler == b.Handler`,
		`p.Term.Kind == ir.TermJump`,
	},
	{
		"gvn: a global is what it was", "opt/gvn.go",
		`k.a, k.vars = int32(v.Int), vars`,
		`k.a = int32(v.Int)`,
	},
	{
		"gvn: what one way decided holds where ways meet", "opt/gvn.go",
		`if len(b.Preds) != 1 {
		return
	}
	t := &b.Preds[0].Term`,
		`if len(b.Preds) == 0 {
		return
	}
	t := &b.Preds[max(0, len(b.Preds)-1)].Term`,
	},
	{
		"memory: only the first way into a block counts", "opt/memory.go",
		`case k > 0 && done[p.ID] && endVars[p.ID] == vars && endParts[p.ID] == parts:`,
		`case k > 0 && done[p.ID]:`,
	},
	{
		"licm: a global that the loop sets leaves it", "opt/licm.go",
		`if reads = true; l.facts.calls || l.facts.globals[v.Int] {`,
		`if reads = true; l.facts.calls {`,
	},
	{
		"licm: errors come before what stands before them", "opt/licm.go",
		`		case v.Effect()&(ir.CanTrap|ir.WritesMem) != 0:
			return b, false
`,
		``,
	},
	{
		"walk: a count that begins with another number begins with 0", "opt/walk.go",
		`if !isInt(a, 0) {`,
		`if a.Op != ir.OpConst {`,
	},
	{
		"walk: an item of another list is this one's", "opt/walk.go",
		`v.Op == ir.OpGetIndex && v.Args[0] == c.list && v.Args[1] == c.i {`,
		`v.Op == ir.OpGetIndex && v.Args[1] == c.i {`,
	},
	{
		"walk: whatever is counted by is 1", "opt/walk.go",
		`case p.Term.Kind != ir.TermJump || a.Op != ir.OpAdd || a.Args[0] != c.i || !isInt(a.Args[1], 1):`,
		`case p.Term.Kind != ir.TermJump || a.Op != ir.OpAdd || a.Args[0] != c.i:`,
	},
	{
		"hold: constants of one kind are one", "opt/hold.go",
		`x.Args[0].Const == c.Const`,
		`x.Args[0].Const.Kind == c.Const.Kind`,
	},
	{
		"dce: errors are dropped", "opt/dce.go",
		`v.Effect()&(ir.CanTrap|ir.WritesMem) != 0`,
		`v.Effect()&ir.WritesMem != 0`,
	},
	{
		"regalloc: values that overlap share a register", "regalloc/assign.go",
		`held[i].from < x.to`,
		`held[i].to <= x.to`,
	},
	{
		"regalloc: what a handler needs isn't kept for it", "regalloc/live.go",
		`			if b.Handler != nil {
				for w, x := range l.in[b.Handler.ID] {
					out[w] |= x
				}
			}
`,
		``,
	},
	{
		"regalloc: a comparison that two read is given to the branch", "regalloc/select.go",
		`c.Block != b || uses[c.ID] != 1`,
		`c.Block != b`,
	},
	{
		"regalloc: y - x.f is taken for x.f - y", "regalloc/select.go",
		`sum.Op == ir.OpSub || !isGet(get)`,
		`!isGet(get)`,
	},
	{
		"own: a borrowed value that dies is not marked", "internal/emit/own.go",
		`return !dies || v.Borrows() && !e.ownedCheck[v]`,
		`return !dies`,
	},
	{
		"own: a parameter that goes on to a block is only read", "internal/emit/own.go",
		`			for _, a := range s.Args {
				use(a, b.drop)
			}
`,
		`			_ = s
`,
	},
	{
		"own: what is read out of a list may be changed by a call", "internal/emit/own.go",
		`case ir.OpCall, ir.OpCallValue, ir.OpCallMember, ir.OpOwnIndex, ir.OpOwnField:
		return true
	}
	return e.unowned[v]`,
		`case ir.OpOwnIndex, ir.OpOwnField:
		return true
	}
	return e.unowned[v]`,
	},
	{
		"emit: a constant on the left compares the same way round", "internal/emit/branch.go",
		`		case ir.OpLt:
			op = ir.OpGt
`,
		`		case ir.OpLt:
`,
	},
	{
		"emit: a step of 0.5 counts as 5", "internal/emit/branch.go",
		`!k.IsInt() || d`,
		`d`,
	},
	{
		"ahead: what is done in one step though its first half is needed", "internal/emit/ahead.go",
		`case w.Args[0] == v && dying(deaths[k], 0):`,
		`case w.Args[0] == v:`,
	},
	{
		"vm: a sum with a product that passes 64 bits wraps", "vm/run.go",
		`m != y.meta || (y.n^s)&(int64(lo)^s) < 0`,
		`m != y.meta`,
	},
	{
		"vm: a sum that passes 64 bits wraps", "vm/run.go",
		`m != y.meta || m >= kindWide || (x.n^s)&(y.n^s) < 0`,
		`m != y.meta || m >= kindWide`,
	},
	{
		"vm: a number brought to another scale wraps", "vm/mix.go",
		`p != 0 && int64(hi)-(n>>63)&int64(p) == int64(lo)>>63`,
		`p != 0 && int64(hi) != int64(p)`,
	},
	{
		"vm: 10 - x is x - 10 where the scales differ", "vm/mix.go",
		`s = yn - xn`,
		`s = xn - yn`,
	},
	{
		"regalloc: a circle of moves loses a value", "regalloc/moves.go",
		`					m.From = temp
`,
		`					m.From = to
`,
	},
	{
		"vm: a quotient by a constant isn't rounded down below zero", "vm/run.go",
		`d.n, d.meta = int64(hi>>(r.meta&63))^sign, 0`,
		`d.n, d.meta = int64(hi>>(r.meta&63))-sign^sign, 0`,
	},
	{
		"emit: key and item are neighbours the other way round", "internal/emit/block.go",
		`e.a.Reg(p[1]) == key+1`,
		`e.a.Reg(p[1]) != key`,
	},
	{
		"vm: a walk's second step stays where it is", "vm/run.go",
		`			fuel--
			x.meta += 1 << walkShift
			pc = unsafe.Add(pc, jumpC(in))
			set(`,
		`			fuel--
			x.meta |= 1 << walkShift
			pc = unsafe.Add(pc, jumpC(in))
			set(`,
	},
}

// How long a planted bug may stay hidden.
const limit = "10m"

// TestPlantedBugsAreFound builds this package's tests once for each bug, with the file changed
// (-overlay), and runs those that compare. ETAMIL_LONG plants all of them, and gives each ten
// minutes; else the first is planted, and of the others it is only seen that they could be.
func TestPlantedBugsAreFound(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range planted {
		text, err := os.ReadFile(filepath.Join(root, b.file))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), b.is); n != 1 {
			t.Errorf("%s: what the bug replaces stands %d times in %s:\n%s", b.name, n, b.file, b.is)
			continue
		}
		if os.Getenv("ETAMIL_LONG") == "" && i > 0 {
			continue
		}
		t.Run(b.name, func(t *testing.T) {
			dir := t.TempDir()
			bad, overlay := filepath.Join(dir, "bad.go"), filepath.Join(dir, "overlay.json")
			replace := map[string]map[string]string{"Replace": {filepath.Join(root, b.file): bad}}
			list, err := json.Marshal(replace)
			if err != nil {
				t.Fatal(err)
			}
			for name, data := range map[string][]byte{bad: []byte(strings.Replace(string(text), b.is, b.bug, 1)), overlay: list} {
				if err := os.WriteFile(name, data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			exe := filepath.Join(dir, "bad.test")
			if out, err := exec.Command("go", "test", "-c", "-overlay", overlay, "-o", exe, ".").CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			// Programs that somebody wrote first: they take no time. Then those that are made up.
			began := time.Now()
			for _, tests := range []string{"TestLoops|TestLoopsChangeInPlace|TestValuesNeverAlias", "TestCompilersAgree|TestMachineDoesWhatTheTreeSays"} {
				cmd := exec.Command(exe, "-test.run", "^("+tests+")$", "-test.timeout", limit, "-test.failfast", "-test.parallel", "2")
				cmd.Env = append(os.Environ(), "ETAMIL_LONG=1")
				if out, err := cmd.CombinedOutput(); err != nil && !strings.Contains(string(out), "test timed out") {
					t.Logf("found in %v", time.Since(began).Round(time.Second/10))
					return
				}
			}
			t.Errorf("not found in %v", time.Since(began).Round(time.Second))
		})
	}
}
