package tasks

import (
	"context"
	"strings"

	"etamil/internal/diag"
	"etamil/internal/sched"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// bindMember binds x.name(…) in all its spellings, which stand in internal/builtin too: a
// test compares them.
func bindMember(l *vm.Linker, of, spellings string, args int, n vm.Native) {
	for name := range strings.FieldsSeq(spellings) {
		l.Method(of, name, args, args, n)
	}
}

// current is the task that f is; an error where nobody schedules tasks.
func current(f *vm.Fiber) (*sched.Task, error) {
	if t := sched.Of(f); t != nil {
		return t, nil
	}
	return nil, vm.Fail(diag.RunUnsupported, "தொடங்கு")
}

// spawn is தொடங்கு f(x …), and பின்னணி.
func (ty *types) spawn(bond sched.Bond) vm.Native {
	return func(f *vm.Fiber, a []value.Value) (value.Value, error) {
		t, err := current(f)
		if err != nil {
			return value.Nil, err
		}
		k, err := t.Spawn(bond, a[0], a[1:])
		if err != nil {
			return value.Nil, err
		}
		return f.NewHandle(ty.task, k), nil
	}
}

// taskOf is the task that a value names, or nil.
func (ty *types) taskOf(f *vm.Fiber, v value.Value) *sched.Task {
	t, _ := f.HandleOf(v, ty.task).(*sched.Task)
	return t
}

// await is காத்திரு x: a call has waited for its end already.
func (ty *types) await(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if t := ty.taskOf(f, a[0]); t != nil {
		return sched.Await(f, t)
	}
	return host.Keep(&a[0]), nil
}

// list is the tasks that a list, which the compiler has made, names.
func (ty *types) list(f *vm.Fiber, v *value.Value) []*sched.Task {
	l := v.List()
	tasks := make([]*sched.Task, l.Len())
	for i := range tasks {
		tasks[i] = ty.taskOf(f, *l.At(i))
	}
	return tasks
}

// parallel is இணையாக [ … ]. The second argument, if there is one, says of each item whether a ? stands
// behind it.
func (ty *types) parallel(f *vm.Fiber, a []value.Value) (value.Value, error) {
	var asked func(int) bool
	if len(a) > 1 {
		marks := make([]bool, a[1].List().Len())
		for i := range marks {
			marks[i] = a[1].List().At(i).Truth()
		}
		asked = func(i int) bool { return marks[i] }
	}
	return sched.All(f, ty.list(f, &a[0]), asked)
}

// first is தேர்ந்தெடு { … }.
func (ty *types) first(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return sched.First(f, ty.list(f, &a[0]))
}

// lock is the beginning of பூட்டு(name) { }: first among the tasks of this process, in order and
// with deadlocks found, and then, where there are other instances, among those.
func lock(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if _, err := current(f); err != nil {
		return value.Nil, err
	}
	name := host.Copy(f, &a[0])
	among := host.Of(f).Locks
	if among == nil {
		return sched.Lock(f, name, nil)
	}
	return sched.Lock(f, name, func(f *vm.Fiber) (value.Value, error) {
		return f.Wait(&distant{t: sched.Of(f), among: among, name: name})
	})
}

// distant waits for a lock among instances.
type distant struct {
	t     *sched.Task
	among host.Locker
	name  string
	hold  host.Hold
	err   error
}

// Do implements vm.Task. It ends soon when ctx is done.
func (d *distant) Do(ctx context.Context) { d.hold, d.err = d.among.Lock(ctx, d.name) }

// Start implements vm.Starter: waits for locks must not use up what runs other tasks.
func (d *distant) Start(ctx context.Context, wake func()) {
	go func() {
		d.Do(ctx)
		wake()
	}()
}

// Finish implements vm.Task.
func (d *distant) Finish(f *vm.Fiber) (value.Value, error) {
	switch {
	case d.err != nil:
		d.t.Unlock()
		return value.Nil, d.err
	case f.Stopping():
		d.Drop()
		return value.Nil, vm.Fail(diag.RunCancelled)
	}
	d.hold.Keep()
	d.t.AtUnlock(d.hold.Release)
	return value.Nil, nil
}

// Drop implements vm.Dropper: the block does not begin, so nothing else would give up the locks.
func (d *distant) Drop() {
	if d.err == nil {
		d.hold.Release()
	}
	d.t.Unlock()
}

// unlock is its end.
func unlock(f *vm.Fiber, _ []value.Value) (value.Value, error) {
	sched.Of(f).Unlock()
	return value.Nil, nil
}

// deadline is the beginning of காலக்கெடு(seconds) { }.
func deadline(f *vm.Fiber, a []value.Value) (value.Value, error) {
	t, err := current(f)
	if err != nil {
		return value.Nil, err
	}
	d, err := host.Duration(f, &a[0])
	if err != nil {
		return value.Nil, err
	}
	t.BeginDeadline(d)
	return value.Nil, nil
}

// endDeadline is its end.
func endDeadline(f *vm.Fiber, _ []value.Value) (value.Value, error) {
	sched.Of(f).EndDeadline()
	return value.Nil, nil
}

func (ty *types) done(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return value.Bool(ty.taskOf(f, a[0]).Over()), nil
}

func (ty *types) cancel(f *vm.Fiber, a []value.Value) (value.Value, error) {
	t := ty.taskOf(f, a[0])
	if me := sched.Of(f); me == nil || me.Driver() != t.Driver() {
		return value.Nil, vm.Fail(diag.RunElsewhere)
	}
	t.Cancel(diag.RunCancelled)
	return value.Nil, nil
}

// maxRoom is how many values a channel may be told to hold.
const maxRoom = 1 << 20

func (ty *types) newChannel(f *vm.Fiber, a []value.Value) (value.Value, error) {
	room := 0
	if len(a) > 0 {
		room = host.Trunc(&a[0])
		if room < 0 || room > maxRoom {
			return value.Nil, host.Raise("argument", "வாய்க்காலின் இடம் 0 முதல் 1048576 வரை", "the room of a channel is between 0 and 1048576")
		}
	}
	return f.NewHandle(ty.channel, sched.NewChannel(room)), nil
}

func (ty *types) channelOf(f *vm.Fiber, v value.Value) *sched.Channel {
	return f.HandleOf(v, ty.channel).(*sched.Channel)
}

func (ty *types) send(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return ty.channelOf(f, a[0]).Send(f, a[1])
}

func (ty *types) receive(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return ty.channelOf(f, a[0]).Receive(f)
}

// next is a step of a walk over a channel.
func (ty *types) next(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return ty.channelOf(f, a[0]).Next(f)
}

func (ty *types) close(f *vm.Fiber, a []value.Value) (value.Value, error) {
	t, err := current(f)
	if err != nil {
		return value.Nil, err
	}
	ty.channelOf(f, a[0]).Close(t.Driver())
	return value.Nil, nil
}

func (ty *types) length(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return value.Int(ty.channelOf(f, a[0]).Len()), nil
}

// newSignal is signal_create(SIGTERM …).
func (ty *types) newSignal(f *vm.Fiber, a []value.Value) (value.Value, error) {
	names := make([]string, len(a))
	for i := range a {
		names[i] = host.Copy(f, &a[i])
	}
	s, err := host.Of(f).Signals.Take(names)
	if err != nil {
		return value.Nil, err
	}
	return f.NewHandle(ty.signal, s), nil
}

// wait is s.wait().
func (ty *types) wait(f *vm.Fiber, a []value.Value) (value.Value, error) {
	s := f.HandleOf(a[0], ty.signal).(*host.Signal)
	return host.Do(f, func(ctx context.Context) (string, error) { return s.Wait(ctx) },
		func(f *vm.Fiber, name string, err error) (value.Value, error) {
			if err != nil {
				return value.Nil, vm.Fail(diag.RunCancelled)
			}
			return f.Heap().NewText(name), nil
		})
}
