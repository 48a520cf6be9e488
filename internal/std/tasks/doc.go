// Package tasks is the code behind the words of tasks (தொடங்கு, காத்திரு, இணையாக, தேர்ந்தெடு,
// பூட்டு, காலக்கெடு), channels and signals: it hands what the program says to
// internal/sched, which knows what it means.
//
// Tasks belong to the worker that runs them, so everything here is done at home
// (vm.AtHome): a fiber that computes elsewhere comes back first.
package tasks

import (
	"etamil/internal/sched"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// types are the numbers of the kinds of handle.
type types struct{ task, channel, signal uint32 }

// Bind binds the builtins of this package, and the members of its handles.
func Bind(l *vm.Linker) {
	t := &types{task: l.Type("task"), channel: l.Type("channel"), signal: l.Type("signal")}
	natives := []host.Native{
		{ID: "spawn", Min: 1, Max: -1, Run: t.spawn(sched.Held)},
		{ID: "spawn_unheld", Min: 1, Max: -1, Run: t.spawn(sched.Unheld)},
		{ID: "background", Min: 1, Max: -1, Run: t.spawn(sched.Apart)},
		{ID: "await", Min: 1, Max: 1, Run: t.await},
		{ID: "parallel", Min: 1, Max: 2, Run: t.parallel},
		{ID: "select", Min: 1, Max: 1, Run: t.first},
		{ID: "lock_begin", Min: 1, Max: 1, Run: lock},
		{ID: "lock_end", Run: unlock},
		{ID: "deadline_begin", Min: 1, Max: 1, Run: deadline},
		{ID: "deadline_end", Run: endDeadline},
		{ID: "channel", Min: 0, Max: 1, Run: t.newChannel},
		{ID: "signal_create", Min: 1, Max: -1, Run: t.newSignal},
	}
	for i := range natives {
		natives[i].Run = vm.AtHome(natives[i].Run)
	}
	host.Bind(l, natives)
	for _, name := range []string{"SIGTERM", "SIGINT", "SIGHUP"} {
		l.Bind(name, 0, 0, func(f *vm.Fiber, _ []value.Value) (value.Value, error) { return f.Heap().NewText(name), nil })
	}
	for _, m := range []struct {
		of, spellings string
		native        vm.Native
		args          int
	}{
		{"task", "முடிந்ததா mutinqaqA done", t.done, 0},
		{"task", "கைவிடு kYvitu cancel", t.cancel, 0},
		{"channel", "அனுப்பு aZuppu send", t.send, 1},
		{"channel", "பெறு peRu receive", t.receive, 0},
		{"channel", "மூடு mUtu close", t.close, 0},
		{"channel", "நீளம் nILam length", t.length, 0},
		{"signal", "காத்திரு kAqqiru wait", t.wait, 0},
	} {
		bindMember(l, m.of, m.spellings, m.args, vm.AtHome(m.native))
	}
	l.Method("channel", vm.WalkName, 0, 0, vm.AtHome(t.next))
}
