package serve

import (
	"etamil/loop"
	"etamil/vm"
)

// This file is for those who talk to a program without a socket, as its tests do: the
// App has Options.Local, and its clients come by Dial. Nothing else about it differs.

// Dial makes a client of an App that was made with Options.Local. It is an error before
// Ready, and after Shutdown.
func (a *App) Dial() (*loop.Client, error) {
	a.mu.Lock()
	srv := a.srv
	a.mu.Unlock()
	if srv == nil {
		return nil, loop.ErrClosed
	}
	return srv.Dial()
}

// TopLevel is the Machine on which the caller is to run the top level itself, in place of
// Run; server.start returns at once there. When the top level has ended, Begin serves
// what it has declared, while its fiber can go on with names of its own.
func (a *App) TopLevel(limits vm.Limits) *vm.Machine {
	a.aside = true
	return a.topLevel(limits)
}

// Routes is how many routes have been declared. It is for the goroutine that runs the top
// level.
func (a *App) Routes() int { return a.table.Len() }

// Begin serves what the top level, run by f on the machine that TopLevel gave, has
// declared. It returns at once; Ready tells when Dial works, and ended when Shutdown is
// through, with the *ListenError that kept it from serving, or nil.
func (a *App) Begin(f *vm.Fiber) (ended <-chan error) {
	if !a.began {
		a.freeze(f)
	}
	over := make(chan error, 1)
	go func() {
		err := a.listen("")
		a.over(err)
		over <- err
	}()
	return over
}
