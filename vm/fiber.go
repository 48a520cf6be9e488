package vm

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync/atomic"
	"time"
	"unsafe"

	"etamil/internal/diag"
	"etamil/internal/value"
)

const slotSize = unsafe.Sizeof(slot{})

// Status is how a fiber stands after Run.
type Status uint8

// The statuses.
const (
	Idle    Status = iota // nothing to do: new, or Reset
	Running               // between Start and the end of Run; never returned by Run
	Done                  // ended; Result is what it returned
	Waiting               // for Task; go on with Resume when the task is finished
	Spent                 // this slice of steps is used up; go on with Run
	Failed                // ended by an error that nothing caught: Err
)

// Fiber is one run of a function with everything it needs: registers, frames,
// memory for values, handles. A fiber belongs to one worker at a time. It may be
// moved to another Machine between two calls of Run (Move); only Cancel may be
// called from elsewhere.
type Fiber struct {
	// What run works on, as addresses. They point into the slices below and into
	// the Machine; kept as integers, they cost no write barrier.
	r       uintptr // base of the running function's window
	pc      uintptr
	fn      uintptr // the running function
	caches  uintptr
	ftop    uintptr // where the next frame goes
	fend    uintptr // end of the frames
	limit   uintptr // end of the registers
	funcs   uintptr
	globals uintptr
	window  uintptr
	forms   uintptr
	fuel    int  // steps left of this slice
	frozen  bool // the globals are everybody's: they can't be set

	status Status
	fatal  bool // a budget ran out for the second time: nothing catches the error
	warned bool // a budget ran out once
	part   part // which part of an instruction that adds to a field is at work
	resume uintptr
	wait   uintptr // register for the task's result, in bytes from r
	task   Task
	err    *Error
	left   int           // steps of the budget that no slice has got yet
	weight int           // what natives were given to go through since the last look at the clock
	began  time.Duration // the first look of this slice; 0: none yet

	m         *Machine
	heap      value.Heap
	stack     []value.Value
	frames    []frame
	win       []value.Value    // the request's window
	own       []value.Value    // the globals while they are this fiber's own
	private   bool             // they will never be anybody else's
	panicked  bool             // a panic has left its memory in an unknown state
	held      []value.Value    // the embedder's: see Hold
	roots     [4][]value.Value // for the collector: here, so that it costs no allocation
	fitting   []value.Value    // fields of records that are being made: see fitRecord
	handles   []any            // see enter
	spare     []uint32         // places of handles where nothing stands
	sweepAt   int              // a collection is due when there are more handles
	shown     uint32           // how many handles are those of see
	pinned    bool             // handles stay until the fiber ends
	canceled  atomic.Pointer[diag.Code]
	interrupt atomic.Pointer[diag.Code] // see Interrupt
	stopping  bool                      // the cancellation was raised once
	landing   bool                      // it is Spent in front of a handler's first instruction
	see       *Globals                  // what the fiber sees that has no globals of its own; nil: the machine's
	taken     *Globals                  // a copy of own that is still good
	thrown    value.Value               // what ended a Failed fiber
	pins      []*value.Frozen           // see Pin
	pinBytes  int                       // their bytes
	Data      any                       // the embedder's own: a request, a test …
	Sched     any                       // the scheduler's own
	Kept      any                       // the scheduler's own too; Reset leaves it, for the next run
}

const (
	firstSlots  = 64 // registers of a new fiber; doubled as needed
	firstFrames = 16
	keptSlots   = 512 // a fiber that is kept for another run keeps at most so many
	keptFrames  = 128
	spareSlots  = 2 // behind the limit: an address one window further is still inside
)

func newFiber(m *Machine) *Fiber {
	f := &Fiber{m: m, stack: make([]value.Value, firstSlots), frames: make([]frame, firstFrames), sweepAt: firstSweep}
	f.heap.Init(&m.pool, m.limits.Memory)
	f.win = make([]value.Value, len(m.img.program.Window)+1)
	f.attach(m)
	return f
}

// attach makes f point into m's tables.
func (f *Fiber) attach(m *Machine) {
	f.m = m
	f.heap.SetPool(&m.pool)
	f.funcs = uintptr(unsafe.Pointer(&m.funcs[0]))
	f.forms = uintptr(unsafe.Pointer(&m.img.forms[0]))
	f.window = uintptr(unsafe.Pointer(&f.win[0]))
	if f.own != nil {
		f.globals, f.frozen = uintptr(unsafe.Pointer(&f.own[0])), false
	} else if f.see != nil {
		f.globals, f.frozen = uintptr(unsafe.Pointer(&f.see.values[0])), true
	} else if m.globals != nil {
		f.globals, f.frozen = uintptr(unsafe.Pointer(&m.globals.values[0])), true
	}
}

// Machine is where the fiber runs now.
func (f *Fiber) Machine() *Machine { return f.m }

// Memory is how much the fiber takes, in bytes: values, registers and frames.
func (f *Fiber) Memory() int {
	return f.heap.Used() + len(f.stack)*int(slotSize) + len(f.frames)*int(frameSize)
}

// Heap is where the fiber's values live. Natives make their results in it.
func (f *Fiber) Heap() *value.Heap { return &f.heap }

// Status is how the fiber stands.
func (f *Fiber) Status() Status { return f.status }

// Hold keeps a value of the fiber's in the embedder's place i until Reset: places are
// small numbers, and cost a slot each. A Native may hold an argument that it has marked
// (value.Share). Who keeps a value anywhere else loses it when the fiber collects.
func (f *Fiber) Hold(i int, v value.Value) {
	for len(f.held) <= i {
		f.held = append(f.held, value.Nil)
	}
	f.held[i] = v
}

// What a fiber may pin: beyond, its program keeps much of what others share from going, and
// gets copies, which count against its own memory.
const (
	maxPins   = 256
	maxPinned = 4 << 20
)

// Pin keeps frozen memory, which may be nil, until the fiber ends: a native may then answer
// with a value that stands in it. It reports false, and does nothing, when the fiber has pinned
// as much as it may; the native answers with a copy instead.
func (f *Fiber) Pin(m *value.Frozen) bool {
	if m == nil || len(f.pins) > 0 && f.pins[len(f.pins)-1] == m {
		return true
	}
	n := m.Bytes()
	if len(f.pins) >= maxPins || f.pinBytes+n > maxPinned {
		return slices.Contains(f.pins, m)
	}
	f.pins = append(f.pins, m)
	f.pinBytes += n
	return true
}

// Held is the value in that place, Nil when there is none. It is marked, as there are two
// of it now.
func (f *Fiber) Held(i int) value.Value {
	if i >= len(f.held) {
		return value.Nil
	}
	value.Share(&f.held[i])
	return f.held[i]
}

// Err is the error that ended a Failed fiber.
func (f *Fiber) Err() *Error { return f.err }

// Result is what a Done fiber returned. It lives until Reset.
func (f *Fiber) Result() value.Value { return f.stack[0] }

// Task is what a Waiting fiber waits for.
func (f *Fiber) Task() Task { return f.task }

// StartWhole is StartMain for a run of the whole program whose globals nobody else will
// see: its handles end with it.
func (f *Fiber) StartWhole() {
	f.StartMain()
	f.private = true
}

// StartMain makes an idle fiber ready to run the program's top level, with
// globals of its own. Freeze makes them everybody's afterwards.
func (f *Fiber) StartMain() {
	p := f.m.img.program
	f.own = make([]value.Value, len(p.Globals)+1)
	for i := range f.own {
		f.own[i] = value.Undef
	}
	f.attach(f.m)
	f.start(p.Main, value.Nil)
	for i := range f.win {
		f.win[i] = value.Undef
	}
}

// Start makes an idle fiber ready to call a function value with these arguments.
// On a fiber that has run the top level, to its end or to a wait that is given up, the
// function goes on with that fiber's globals; others can be started so once the globals
// are frozen. It reports false, and leaves the fiber Failed, when callee is
// no function of the program or takes another number of arguments.
func (f *Fiber) Start(callee value.Value, args ...value.Value) bool {
	if g := f.m.globals; g != nil && f.own == nil {
		copy(f.win, g.window)
		f.globals, f.frozen = uintptr(unsafe.Pointer(&g.values[0])), true
	} else if f.own == nil {
		f.ownNothing()
	}
	index := -1
	switch callee.Kind() {
	case value.KindFunc:
		index = int(callee.N)
	case value.KindClosure:
		index = callee.FuncIndex()
	}
	if index < 0 {
		bad := callee // so that only this one is moved to Go's heap
		f.failStart(diag.RunNotFunction, kindName(&bad))
		return false
	}
	q := &f.m.funcs[index]
	if n := len(args); n < int(q.minArgs) || n > int(q.params) {
		f.failStart(diag.RunArity, funcName(q.fn), countText(int(q.minArgs), int(q.params)), strconv.Itoa(n))
		return false
	}
	f.start(index, callee)
	copy(f.stack[1:], args)
	for i := len(args); i < int(q.params); i++ {
		f.stack[1+i] = value.Undef
	}
	return true
}

// ownNothing gives a fiber that runs before there are any globals its own, unset.
func (f *Fiber) ownNothing() {
	f.own = make([]value.Value, len(f.m.img.program.Globals)+1)
	for i := range f.own {
		f.own[i] = value.Undef
	}
	for i := range f.win {
		f.win[i] = value.Undef
	}
	f.attach(f.m)
}

// failStart is the error of a call that can't begin.
func (f *Fiber) failStart(c diag.Code, args ...string) {
	f.err = &Error{Diag: c, args: args}
	f.err.complete()
	f.status = Failed
}

// start lays the bottom frame and the first window. The callee stands below the
// window, where a closure finds its captures and the result will be.
func (f *Fiber) start(index int, callee value.Value) {
	m := f.m
	q := &m.funcs[index]
	for len(f.stack)-spareSlots < 1+q.fn.Regs {
		f.stack = make([]value.Value, 2*len(f.stack))
	}
	f.r = uintptr(unsafe.Pointer(&f.stack[1]))
	f.limit = uintptr(unsafe.Pointer(&f.stack[0])) + uintptr(len(f.stack)-spareSlots)*slotSize
	f.stack[0] = callee
	fr := &f.frames[0]
	*fr = frame{pc: m.bottom.entry, base: f.r, fn: uintptr(unsafe.Pointer(&m.bottom)), result: -int(slotSize)}
	f.ftop = uintptr(unsafe.Pointer(&f.frames[0])) + frameSize
	f.setFrameEnd()
	f.fn, f.caches, f.pc = uintptr(unsafe.Pointer(q)), q.caches, q.entry
	f.task = nil
	f.fuel, f.left = 0, m.limits.Steps
	if f.left <= 0 {
		f.left = math.MaxInt
	}
	f.status = Running
}

// setFrameEnd makes fend the end of the frames, or the depth limit when that is
// nearer.
func (f *Fiber) setFrameEnd() {
	n := min(len(f.frames), f.m.limits.Depth+1)
	f.fend = uintptr(unsafe.Pointer(&f.frames[0])) + uintptr(n)*frameSize
}

// Run goes on with the fiber for about so many steps. It is for a fiber that was
// started or is Spent, and has no effect on others.
func (f *Fiber) Run(steps int) Status {
	spent := f.status == Spent
	if !spent && f.status != Running {
		return f.status
	}
	f.status = Running
	f.slice(steps)
	landing := f.landing
	f.landing = false
	switch {
	case !spent:
		f.checkCancel()
	case landing: // what stands there comes first: it may be the end of the block that the fiber was told to end
		f.pc = f.resume
	default:
		f.pc = f.resume + instrSize // it is told at the instruction that found no fuel, in its block
		if !f.checkCancel() {
			f.pc = f.resume
		}
	}
	return f.execute()
}

// Resume goes on with a Waiting fiber whose task has finished: its result is put
// where the program expects it, or its error raised. It has no effect on others.
func (f *Fiber) Resume(steps int) Status {
	if f.status != Waiting {
		return f.status
	}
	f.status = Running
	f.pc = f.resume
	f.slice(steps)
	t := f.task
	f.task = nil
	if isErrand(t) || !f.checkCancel() {
		v, err := t.Finish(f)
		f.deliver(f.wait, v, err)
	} else if d, ok := t.(Dropper); ok {
		d.Drop()
	}
	return f.execute()
}

func (f *Fiber) execute() Status {
	m := f.m
	if m.busy {
		panic("vm: a native has called back into the machine that runs it")
	}
	m.busy = true
	defer func() { m.busy = false }() // also when a native has panicked
	f.run()
	f.left += max(f.fuel, 0)
	f.fuel = 0
	if f.status == Running {
		f.finish()
	}
	return f.status
}

// finish is for a fiber that came to its end.
func (f *Fiber) finish() {
	f.status = Done
	if f.fn != uintptr(unsafe.Pointer(&f.m.bottom)) {
		f.stack[0] = value.Nil // halt at the end of the top level
	}
	if f.heap.Over() {
		f.heap.ClearOver()
		e := &Error{Diag: diag.RunOutOfMemory}
		e.complete()
		f.status, f.err = Failed, e
	}
}

// slice takes steps from the budget.
func (f *Fiber) slice(steps int) {
	steps = min(steps, f.left)
	f.left -= steps
	f.fuel = steps
	f.began = 0
}

// stop makes run return with this status; the fiber goes on at pc.
func (f *Fiber) stop(s Status) {
	f.status = s
	f.resume = f.pc
	f.pc = f.m.bottom.entry
}

// Cancel makes the fiber end as soon as it can: an error with this code is raised
// at its next call, loop or wait, and again at each wait after that. Handlers
// (finally blocks) have a small number of steps left. It may be called from any
// goroutine; the first call counts.
func (f *Fiber) Cancel(code diag.Code) { f.canceled.CompareAndSwap(nil, &code) }

// graceSteps is what a fiber may still spend once its budget is used up or it was
// cancelled.
const graceSteps = 10_000

// checkCancel raises the cancellation if there is one that wasn't raised yet.
func (f *Fiber) checkCancel() bool {
	c := f.canceled.Load()
	if c == nil {
		if i := f.interrupt.Load(); i != nil {
			f.fail(*i)
			return true
		}
		return false
	}
	if f.stopping {
		return false
	}
	f.stopping = true
	f.left, f.fuel = min(f.left+f.fuel, graceSteps), 0
	f.fail(*c)
	return true
}

// spend is for the instruction before pc, which found no fuel. The instruction runs
// again later: when there is more, or after a new slice.
func (f *Fiber) spend() {
	f.fuel = 0
	switch {
	case f.checkCancel():
	case f.left > 0:
		f.pc -= instrSize
		f.stop(Spent)
	default:
		f.overdrawn(diag.RunOutOfSteps)
	}
}

// memoryOver raises the error of the memory budget.
func (f *Fiber) memoryOver() {
	f.heap.ClearOver()
	f.overdrawn(diag.RunOutOfMemory)
}

// overdrawn raises the error of a budget that is used up. What catches the first
// one has a few more steps; the second ends the fiber.
func (f *Fiber) overdrawn(code diag.Code) {
	f.fatal = f.warned || f.stopping
	if !f.warned {
		f.warned = true
		f.left = max(f.left, 0)
		if code == diag.RunOutOfSteps {
			f.left = graceSteps
		}
	}
	f.fail(code)
}

// Reset ends whatever the fiber was doing, and with it all its values; it is Idle
// afterwards. Handles are closed.
func (f *Fiber) Reset() {
	f.closeHandles()
	f.heap.Reset()
	if len(f.stack) > keptSlots {
		f.stack = make([]value.Value, firstSlots)
	} else {
		clear(f.stack) // no slot may hold an address of memory that was given back
	}
	if len(f.frames) > keptFrames {
		f.frames = make([]frame, firstFrames)
	}
	clear(f.win)
	f.held = f.held[:0]
	f.private = false
	if len(f.pins) > 0 {
		clear(f.pins)
		f.pins, f.pinBytes = f.pins[:0], 0
	}
	if f.own != nil || f.see != nil {
		f.own, f.see, f.taken = nil, nil, nil
		f.attach(f.m)
	}
	f.task, f.err, f.Data, f.Sched = nil, nil, nil, nil
	f.thrown, f.shown = value.Undef, 0
	f.fatal, f.warned, f.stopping, f.landing = false, false, false, false
	if f.canceled.Load() != nil { // most are not, and a store costs more than a load
		f.canceled.Store(nil)
	}
	if f.interrupt.Load() != nil {
		f.interrupt.Store(nil)
	}
	f.status = Idle
}

// Crash ends a fiber that has panicked in Run or Resume, or whose task has: it is Failed,
// and Err tells what Go said and where. No finally block runs, since nobody knows in what
// state the panic has left the fiber's values. The fiber's owner calls it before anything
// else, and then Release, which closes handles and leaves the rest to Go's collector. The
// Machine goes on.
func (f *Fiber) Crash(p *Panic) {
	e := &Error{Diag: diag.RunInternal, args: []string{fmt.Sprint(p.Value)}, Fatal: true, GoStack: string(p.Stack)}
	e.complete()
	if f.status == Waiting || f.status == Spent {
		f.pc = f.resume
	}
	if f.status != Idle {
		places := f.stackPlaces()
		if len(places) > 0 {
			e.Place = places[0].place
		}
		for _, p := range places {
			e.Stack = append(e.Stack, p.String())
		}
	}
	f.status, f.err, f.task, f.panicked = Failed, e, nil, true
	f.m.forget()
}

// Release resets the fiber and gives it back to its Machine, for NewFiber.
func (f *Fiber) Release() {
	if f.panicked {
		f.closeHandles()
		return
	}
	f.Reset()
	if len(f.m.free) < maxFree {
		f.m.free = append(f.m.free, f)
		return
	}
	f.heap.Release()
}

// Move brings a fiber that isn't running to another Machine of the same Image.
func (f *Fiber) Move(to *Machine) {
	if to.img != f.m.img {
		panic("vm: a fiber can't move to a machine with another program")
	}
	from := f.m
	if from == to {
		return
	}
	move := func(fn uintptr) uintptr {
		if fn == uintptr(unsafe.Pointer(&from.bottom)) {
			return uintptr(unsafe.Pointer(&to.bottom))
		}
		return fn - uintptr(unsafe.Pointer(&from.funcs[0])) + uintptr(unsafe.Pointer(&to.funcs[0]))
	}
	if f.status != Idle {
		for p := uintptr(unsafe.Pointer(&f.frames[0])); p < f.ftop; p += frameSize {
			fr := &f.frames[(p-uintptr(unsafe.Pointer(&f.frames[0])))/frameSize]
			fr.fn = move(fr.fn)
		}
		f.frames[0].pc = to.bottom.entry
		f.fn = move(f.fn)
		f.caches = (*function)(pointer(&f.fn)).caches
		if f.pc == from.bottom.entry {
			f.pc = to.bottom.entry
		}
	}
	f.attach(to)
	f.setFrameEnd()
}
