// Package compile runs the stages of the compiler in order. It is the only
// place that knows the order; each stage is one exported function of its own
// package that takes what the stage before gave.
//
//	text --syntax.Parse--> tree --check.Check--> tree + meaning
//	     --build.Func--> SSA --opt.Run--> better SSA
//	     --regalloc.Allocate--> registers --emit--> bytecode --code.Verify--> done
//
// Mistakes in the program come back as messages; an error is a bug in us.
package compile

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"etamil/internal/builtin"
	"etamil/internal/check"
	"etamil/internal/code"
	"etamil/internal/diag"
	"etamil/internal/emit"
	"etamil/internal/ir"
	"etamil/internal/prelude"
	"etamil/internal/source"
	"etamil/internal/source/load"
	"etamil/internal/syntax"
	"etamil/internal/value"
	"etamil/opt"
	"etamil/regalloc"
)

// Stage names a form of the program, as `etamil dis --stage=` does.
type Stage string

// Stages, in the order in which a program goes through them.
const (
	Tree  Stage = "tree"  // what was read
	Check Stage = "check" // what names mean
	IR    Stage = "ir"    // SSA as built
	Opt   Stage = "opt"   // SSA as optimised
	Regs  Stage = "regs"  // registers of values
	Code  Stage = "code"  // bytecode
)

// Stages lists them all.
var Stages = []Stage{Tree, Check, IR, Opt, Regs, Code}

// Options say how to compile.
type Options struct {
	Lenient bool                   // mistakes that matter only when reached are warnings (run)
	NoOpt   bool                   // leave the SSA as it was built
	Passes  func(name string) bool // if set, only passes for which it is true
	Verify  bool                   // check every function after every pass, and prove its registers: for tests
	// Show, if not nil, gets the form of the program after the stage.
	Show  io.Writer
	Stage Stage
	Marks bool // behind the lines of Opt, which pass did what
}

// Result is a compiled program, or why there is none.
type Result struct {
	Set      *source.Set
	Checked  *check.Program
	Code     *code.Program // nil when Messages hold an error
	Messages []*diag.Message
}

// Program compiles the entry file, found by loader as entry, with everything it
// imports.
func Program(entry load.File, loader check.Loader, o Options) (*Result, error) {
	f, err := read(entry, loader, o)
	if err != nil || diag.HasErrors(f.result.Messages) {
		return &f.result, err
	}
	return f.finish(o)
}

// front is a program that has been read and checked: what can be built from more than once.
type front struct {
	result Result         // without Code
	pre    *check.Program // the prelude, once it was asked for
}

// read parses and checks.
func read(entry load.File, loader check.Loader, o Options) (*front, error) {
	f := &front{result: Result{Set: source.NewSet()}}
	r := &f.result
	file := r.Set.Add(entry.Name, entry.Text)
	tree, msgs := syntax.Parse(file)
	r.Messages = msgs
	if o.Stage == Tree && o.Show != nil {
		if err := syntax.Fprint(o.Show, tree); err != nil {
			return f, err
		}
	}
	if diag.HasErrors(msgs) {
		return f, nil
	}
	r.Checked, msgs = check.Check(tree, loader, check.Options{Set: r.Set, Key: entry.Key, Lenient: o.Lenient})
	r.Messages = append(r.Messages, msgs...)
	if o.Stage == Check && o.Show != nil {
		return f, check.Dump(o.Show, r.Checked)
	}
	return f, nil
}

// finish builds, optimises and emits.
func (f *front) finish(o Options) (*Result, error) {
	r := new(Result)
	*r = f.result
	r.Messages = slices.Clip(r.Messages)
	set, checked := r.Set, r.Checked
	funcs, err := f.build()
	if err != nil {
		return r, err
	}
	for _, f := range funcs {
		if f.TooLarge {
			r.Messages = append(r.Messages, diag.New(diag.FunctionTooLarge, f.Span, nameOf(f)))
			return r, nil
		}
	}
	if o.Verify {
		if err := verify(funcs); err != nil {
			return r, fmt.Errorf("compile: as built: %w", err)
		}
	}
	if o.Stage == IR {
		show(o.Show, funcs)
	}
	var did *marks
	if !o.NoOpt {
		with := opt.Options{Only: o.Passes, Verify: o.Verify, Each: each}
		if o.Stage == Opt && o.Marks && o.Show != nil {
			did = new(marks)
			did.begin(funcs)
			with.After = did.after
		}
		opt.Run(funcs, with)
	}
	if o.Verify {
		if err := verify(funcs); err != nil {
			return r, fmt.Errorf("compile: as optimised: %w", err)
		}
	}
	switch {
	case did != nil:
		did.show(o.Show, funcs)
	case o.Stage == Opt:
		show(o.Show, funcs)
	}
	p, msg, err := generate(set, checked, funcs, o)
	if err != nil {
		return r, err
	}
	if msg != nil {
		r.Messages = append(r.Messages, msg)
		return r, nil
	}
	r.Code = p
	if o.Stage == Code && o.Show != nil {
		code.Disassemble(o.Show, p)
	}
	return r, nil
}

// verify checks each function, and what they say about each other.
func verify(funcs []*ir.Func) error {
	for _, f := range funcs {
		if err := ir.Verify(f); err != nil {
			return fmt.Errorf("%s: %w\n%s", f.Name, err, f)
		}
	}
	return ir.VerifyProgram(funcs)
}

func show(w io.Writer, funcs []*ir.Func) {
	if w == nil {
		return
	}
	for _, f := range funcs {
		fmt.Fprintln(w, f)
	}
}

// readPrelude reads and checks the prelude, whose functions stand behind those of the program, and
// lets the program know them.
func (f *front) readPrelude() error {
	set, p := f.result.Set, f.result.Checked
	tree, msgs := syntax.Parse(prelude.Add(set))
	pre, more := check.Check(tree, nil, check.Options{Set: set})
	if msgs = append(msgs, more...); len(msgs) > 0 {
		return fmt.Errorf("compile: the prelude: %s", msgs[0].Both())
	}
	p.Prelude = map[string]*check.Func{}
	// The top level of the prelude does nothing and is left out.
	funcs := pre.Funcs[1:]
	for i, fn := range funcs {
		fn.Index = len(p.Funcs) + i
		fn.Prelude = fn.Kind == check.KindNamed
		p.Prelude[fn.Name] = fn
	}
	pre.Prelude = p.Prelude
	pre.Funcs = funcs
	f.pre = pre
	return nil
}

// generate gives registers, emits and verifies.
func generate(set *source.Set, p *check.Program, funcs []*ir.Func, o Options) (*code.Program, *diag.Message, error) {
	if m := tooLarge(p, funcs); m != nil {
		return nil, m, nil
	}
	out := &code.Program{Files: set, ByName: map[string]int{}}
	for _, v := range p.Globals {
		out.Globals = append(out.Globals, v.Name)
	}
	for _, v := range p.Window {
		out.Window = append(out.Window, v.Name)
	}
	for _, s := range p.Shapes {
		out.Shapes = append(out.Shapes, shape(s))
	}
	pool := emit.NewPool(out, funcs)
	where := make([]*regalloc.Assignment, len(funcs))
	errs := make([]error, len(funcs))
	out.Funcs = make([]*code.Func, len(funcs))
	each(len(funcs), func(i int) {
		f := funcs[i]
		regalloc.SplitEdges(f)
		a := regalloc.Allocate(f)
		if o.Verify {
			if err := regalloc.Check(f, a); err != nil {
				errs[i] = fmt.Errorf("%w\n%s", err, a.String(f))
				return
			}
		}
		if o.Stage == Regs && o.Show != nil {
			where[i] = a
		}
		out.Funcs[i], errs[i] = pool.Func(f, a)
	})
	for i, f := range funcs {
		if where[i] != nil {
			fmt.Fprintln(o.Show, where[i].String(f))
		}
		err := errs[i]
		span, at := f.Span, (*emit.At)(nil)
		if errors.As(err, &at) && at.Pos.IsValid() {
			span = source.Span{Start: at.Pos, End: at.Pos}
		}
		switch {
		case errors.Is(err, emit.ErrTooLarge):
			return nil, diag.New(diag.FunctionTooLarge, span, nameOf(f)), nil
		case errors.Is(err, emit.ErrTooManyRecords):
			return nil, diag.New(diag.ProgramTooLarge, span, tooManyRecords, strconv.Itoa(code.MaxSmallK+1)), nil
		}
		if err != nil {
			return nil, nil, err
		}
	}
	pool.Finish()
	for _, f := range p.Funcs {
		if f.Kind == check.KindNamed {
			out.ByName[f.Name] = f.Index
		}
	}
	for name, f := range p.Prelude {
		out.ByName[name] = f.Index
	}
	for name, f := range p.Prelude {
		id, _, _ := strings.Cut(name, "_")
		if s := builtin.ByID(id); s != nil && len(s.Spellings) > 0 {
			out.Funcs[f.Index].Name = s.Spellings[0]
		}
	}
	for _, id := range out.Builtins {
		name := id
		if s := builtin.ByID(id); s != nil && len(s.Spellings) > 0 {
			name = s.Spellings[0]
		}
		out.Called = append(out.Called, name)
	}
	if err := code.Verify(out); err != nil {
		return nil, nil, fmt.Errorf("compile: %w", err)
	}
	return out, nil, nil
}

// nameOf is what people call a function.
func nameOf(f *ir.Func) string {
	if f.Top {
		return diag.Both("நிரலின் மேல்மட்டம்", "the top level")
	}
	if f.Name == "" {
		return "செயல்(…)"
	}
	return f.Name
}

// What there can be too many of, for people.
var (
	tooManyFuncs   = diag.Both("செயல்கள்", "functions")
	tooManyShapes  = diag.Both("வடிவங்கள்", "shapes")
	tooManyFields  = diag.Both("ஒரு வடிவத்தில் புலங்கள்", "fields in one shape")
	tooManyRecords = diag.Both("வெவ்வேறு புலங்களுள்ள பொருள்கள்", "records that differ in their fields")
)

// tooLarge is the message about a program that has more of something than instructions
// can number, or nil.
func tooLarge(p *check.Program, funcs []*ir.Func) *diag.Message {
	switch {
	case len(funcs) > code.MaxFuncs:
		return diag.New(diag.ProgramTooLarge, funcs[code.MaxFuncs].Span, tooManyFuncs, strconv.Itoa(code.MaxFuncs))
	case len(p.Shapes) > code.MaxSmallK:
		return diag.New(diag.ProgramTooLarge, p.Shapes[code.MaxSmallK].Decl.Name.Span(), tooManyShapes, strconv.Itoa(code.MaxSmallK))
	}
	for _, s := range p.Shapes {
		if len(s.Fields) > value.MaxShapeFields {
			return diag.New(diag.ProgramTooLarge, s.Fields[value.MaxShapeFields].Name.Span(), tooManyFields, strconv.Itoa(value.MaxShapeFields))
		}
	}
	return nil
}

// SQL is the SQL that stands in a program's text, and warnings of what only one kind of database takes.
func (r *Result) SQL() ([]check.SQL, []*diag.Message) { return check.SQLOf(r.Checked) }
