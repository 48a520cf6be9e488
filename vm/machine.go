package vm

import (
	"errors"
	"fmt"
	"unsafe"

	"etamil/internal/code"
	"etamil/internal/value"
)

// Image is a verified program with its builtins bound. It is read-only: all
// Machines of a process share one.
type Image struct {
	program *code.Program
	natives []binding // by the program's number of the builtin
	title   func(name string) string
	members *memberTable
	code    []code.Instr    // of all functions, each followed by padding
	entries []int           // where each function's code begins in it
	consts  [][]value.Value // by function: see reciprocals
	handles globalHandles
	shapes  []shapeRules // by the program's number of the shape
	forms   []form       // by the program's number of the class
}

// Program is what the image was made from.
func (img *Image) Program() *code.Program { return img.program }

// padding stands after each function's code: while the last instruction runs, pc
// points behind it, and a Go pointer must never point behind what it belongs to.
const padding = 2

// Link verifies p and binds every builtin it names. It says which are missing.
func (l *Linker) Link(p *code.Program) (*Image, error) {
	if err := code.Verify(p); err != nil {
		return nil, err
	}
	img := &Image{program: p, natives: make([]binding, len(p.Builtins)), title: l.title}
	var missing []error
	found := l.find(p.Builtins)
	for i, name := range p.Builtins {
		n := found[name]
		if n == nil {
			missing = append(missing, fmt.Errorf("vm: nothing is bound to the builtin %q", name))
			continue
		}
		img.natives[i] = *n
		if i < len(p.Called) {
			img.natives[i].name = p.Called[i]
		}
	}
	var err error
	if img.members, err = l.bindMembers(p); err != nil {
		missing = append(missing, err)
	}
	if len(missing) > 0 {
		return nil, errors.Join(missing...)
	}
	if img.shapes, err = bindShapes(p); err != nil {
		return nil, err
	}
	img.forms = make([]form, len(p.Classes)+1) // never empty: fibers have its address
	for i, c := range p.Classes {
		n := uint64(c.Len())
		img.forms[i] = form{class: c.Address(), head: recordHead | n<<lenShift, bytes: slotsOffset + uintptr(n)*slotSize}
	}
	for _, f := range p.Funcs {
		img.entries = append(img.entries, len(img.code))
		img.code = append(img.code, f.Code...)
		img.code = append(img.code, make([]code.Instr, padding)...)
		img.consts = append(img.consts, reciprocals(f))
	}
	return img, nil
}

// Limits bound what one fiber may use; each ends in an error that the program can
// catch once. The zero value of a field stands for its default.
type Limits struct {
	Steps  int // calls and turns of loops; default: no limit
	Memory int // bytes of the fiber's values; default: no limit
	Depth  int // calls inside each other; default 10,000
	Tasks  int // that one program or request has started and that have not ended; default 131,072
}

// DefaultTasks is the limit on tasks.
const DefaultTasks = 1 << 17

// DefaultDepth is the limit on calls inside each other.
const DefaultDepth = 10_000

// Machine runs an Image's fibers for one worker. What instructions learn while
// they run (inline caches) and the memory that ended fibers leave behind live in
// it, so it isn't safe for concurrent use; an Image may have many Machines.
type Machine struct {
	img     *Image
	limits  Limits
	funcs   []function
	caches  []cache
	pool    value.Pool
	free    []*Fiber
	globals *Globals      // what Freeze gave; nil before
	stub    [4]code.Instr // see bottom
	bottom  function      // the function below every fiber's first one
	noK     [1]value.Value
	found   [foundSize]found
	carrier carrier // of StartFrom: here, so that it costs no allocation
	busy    bool    // run is running: nothing may call it now
	Guest   bool    // fibers come here to compute and go home for everything else: see AtHome
	Data    any     // the embedder's own: natives reach it through Fiber.Machine
}

// NewMachine makes a machine for img.
func NewMachine(img *Image, limits Limits) *Machine {
	if limits.Depth <= 0 {
		limits.Depth = DefaultDepth
	}
	if limits.Tasks <= 0 {
		limits.Tasks = DefaultTasks
	}
	m := &Machine{img: img, limits: limits}
	m.nameThings()
	n := 0
	for _, f := range img.program.Funcs {
		n += f.Caches + 1
	}
	m.caches = make([]cache, n)
	m.funcs = make([]function, len(img.program.Funcs))
	n = 0
	for i, f := range img.program.Funcs {
		q := &m.funcs[i]
		q.entry = uintptr(unsafe.Pointer(&img.code[img.entries[i]]))
		q.k = uintptr(unsafe.Pointer(&m.noK[0]))
		if len(f.K) > 0 {
			q.k = uintptr(unsafe.Pointer(&f.K[0]))
			if k := img.consts[i]; k != nil {
				q.k = uintptr(unsafe.Pointer(&k[len(f.K)]))
			}
		}
		q.caches = uintptr(unsafe.Pointer(&m.caches[n]))
		n += f.Caches + 1
		q.regs = uintptr(f.Regs) * slotSize
		q.params, q.minArgs, q.fn = uint32(f.Params), uint32(f.MinArgs), f
	}
	// The zero instruction is halt: the stub is where the first function of a fiber
	// returns to, and where a fiber is sent to stop.
	m.bottom = function{
		entry:  uintptr(unsafe.Pointer(&m.stub[0])),
		k:      uintptr(unsafe.Pointer(&m.noK[0])),
		caches: uintptr(unsafe.Pointer(&m.caches[0])),
		regs:   slotSize,
		fn:     &code.Func{Name: "", Regs: 1},
	}
	return m
}

var _ = [1]struct{}{}[code.OpHalt] // the stub and the padding are zero

// Image is the image the machine runs.
func (m *Machine) Image() *Image { return m.img }

// Limits are what the machine's fibers are held to.
func (m *Machine) Limits() Limits { return m.limits }

// Pool is the memory that m's fibers draw from.
func (m *Machine) Pool() *value.Pool { return &m.pool }

// maxFree is how many ended fibers a machine keeps for the next ones.
const maxFree = 1024

// NewFiber takes a fiber that has nothing to do yet. In the steady state it is one
// that Release gave back, and nothing is allocated.
func (m *Machine) NewFiber() *Fiber {
	if n := len(m.free); n > 0 {
		f := m.free[n-1]
		m.free[n-1] = nil
		m.free = m.free[:n-1]
		return f
	}
	return newFiber(m)
}

// forget drops the memory that ended fibers have left, and what an operation on values
// keeps while it runs: a panic may have come in the middle of one.
func (m *Machine) forget() {
	m.pool = value.Pool{}
	m.nameThings()
}

// nameThings tells the machine's writer what functions and handles are called.
func (m *Machine) nameThings() {
	p := m.img.program
	var h value.Heap
	h.Init(&m.pool, 0)
	w := h.Writer()
	w.Limit = m.limits.Memory
	w.Names = value.Names{
		Func: func(i int) string {
			if i < 0 || i >= len(p.Funcs) {
				return ""
			}
			return p.Funcs[i].Name
		},
		Builtin: func(i int) string {
			if i < 0 || i >= len(p.Builtins) {
				return ""
			}
			if m.img.title != nil {
				return m.img.title(p.Builtins[i])
			}
			return p.Builtins[i]
		},
		Handle: func(v value.Value) string { return "<" + m.img.TypeName(v.HandleType()) + ">" },
	}
}
