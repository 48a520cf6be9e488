package files

import (
	"context"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// open is os.OpenFile for a program that may be told to end meanwhile: then it gives up, also
// where the other end of a pipe is nobody's or silent. The file's reads and writes end then as
// well. give is called when the file is not needed any more; it closes it.
func open(ctx context.Context, name string, flag int, mode fs.FileMode) (file *os.File, give func() error, err error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	opened := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { release(name, flag, opened) })
	file, err = os.OpenFile(name, flag, mode)
	close(opened)
	stop()
	if err == nil && ctx.Err() != nil {
		file.Close()
		err = ctx.Err()
	}
	if err != nil {
		return nil, nil, err
	}
	// Of a pipe alone: what waits for a disk can't be ended, and comes to an end.
	stop = context.AfterFunc(ctx, func() { _ = file.SetDeadline(time.Unix(1, 0)) })
	return file, func() error { stop(); return file.Close() }, nil
}

// release has somebody go on who waits in open(2) for the other end of a pipe: it opens that
// end itself, for a moment, again and again until opened is closed, since the wait may be about
// to begin.
func release(name string, flag int, opened <-chan struct{}) {
	other := os.O_WRONLY
	if flag&(os.O_WRONLY|os.O_RDWR) != 0 {
		other = os.O_RDONLY
	}
	for {
		select {
		case <-opened:
			return
		default:
		}
		if info, err := os.Stat(name); err == nil && info.Mode()&fs.ModeNamedPipe != 0 {
			if fd, err := syscall.Open(name, other|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0); err == nil {
				_ = syscall.Close(fd) // nothing was done with it
			}
		}
		select {
		case <-opened:
			return
		case <-time.After(releaseAgain):
		}
	}
}

// releaseAgain is how soon.
const releaseAgain = 2 * time.Millisecond

// writeFile is os.WriteFile that ends with ctx.
func writeFile(ctx context.Context, name string, flag int, b []byte) error {
	file, give, err := open(ctx, name, os.O_WRONLY|os.O_CREATE|flag, 0o666)
	if err != nil {
		return err
	}
	_, err = file.Write(b)
	if e := give(); err == nil {
		err = e
	}
	return err
}
