package host

import (
	"context"

	"etamil/internal/value"
	"etamil/vm"
)

// MostDisk is how many files the process is at at the same time. Each holds a thread of the
// system's while the disk is slow, and Go ends a process that has 10,000 of them; whoever waits
// for a turn holds none.
const MostDisk = 512

var diskTurns = make(chan struct{}, MostDisk)

// Disk is Do for what waits for files: so many at a time, in turn. A fiber that is cancelled
// before its turn does nothing.
func Disk[T any](f *vm.Fiber, do func(context.Context) (T, error), finish func(*vm.Fiber, T, error) (value.Value, error)) (value.Value, error) {
	return DiskFor(f, do, nil, finish)
}

// DiskFor is Disk for what must be given up: drop does so, on any goroutine, where the fiber was
// cancelled before it could have it.
func DiskFor[T any](f *vm.Fiber, do func(context.Context) (T, error), drop func(T), finish func(*vm.Fiber, T, error) (value.Value, error)) (value.Value, error) {
	return f.Wait(&work[T]{drop: drop, finish: finish, do: func(ctx context.Context) (out T, err error) {
		select {
		case diskTurns <- struct{}{}:
		case <-ctx.Done():
			return out, ctx.Err()
		}
		defer func() { <-diskTurns }()
		return do(ctx)
	}})
}
