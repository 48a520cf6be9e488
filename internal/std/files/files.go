package files

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"unicode/utf8"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

var (
	errTooLarge = errors.New("larger than the memory allowed")
	errNotText  = errors.New("not UTF-8")
)

// none is what a task without an answer answers.
type none struct{}

// openFile is கோப்பு_திற: the mode write empties or creates the file now; no other mode
// does anything.
func openFile(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if a[1].IsNil() || !strings.EqualFold(strings.TrimSpace(host.Text(f, &a[1])), "write") {
		return value.Nil, nil
	}
	path := host.Copy(f, &a[0])
	return host.Disk(f,
		func(ctx context.Context) (none, error) { return none{}, writeFile(ctx, path, os.O_TRUNC, nil) },
		func(_ *vm.Fiber, _ none, err error) (value.Value, error) {
			if err != nil {
				return value.Nil, raise(path, "ஐ எழுத", "write", err)
			}
			return value.Nil, nil
		})
}

// closeFile is கோப்பு_மூடு. No file stays open between two statements.
func closeFile(*vm.Fiber, []value.Value) (value.Value, error) { return value.Nil, nil }

// readFile is கோப்பு_படி: the text of the whole file without line ends at its end.
func readFile(f *vm.Fiber, a []value.Value) (value.Value, error) {
	path, most := host.Copy(f, &a[0]), budget(f)
	return host.Disk(f,
		func(ctx context.Context) ([]byte, error) {
			b, err := readAll(ctx, path, most)
			if err == nil && !utf8.Valid(b) {
				err = errNotText
			}
			return bytes.TrimRight(b, "\r\n"), err
		},
		func(f *vm.Fiber, b []byte, err error) (value.Value, error) {
			if err != nil {
				return value.Nil, raise(path, "ஐப் படிக்க", "read", err)
			}
			return f.Heap().NewTextBytes(b), nil
		})
}

// mostBytes bounds what is read where the fiber has no budget.
const mostBytes = 1 << 30

// budget is how many bytes a fiber may read at once.
func budget(f *vm.Fiber) int64 {
	if n := f.Heap().Limit(); n > 0 {
		return int64(n)
	}
	return mostBytes
}

// readAll is os.ReadFile that gives up where the file is larger than most, also one that
// says nothing of its size.
func readAll(ctx context.Context, path string, most int64) ([]byte, error) {
	file, give, err := open(ctx, path, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer give() // it was only read
	size := int64(0)
	if st, err := file.Stat(); err == nil {
		size = st.Size()
	}
	if size > most {
		return nil, errTooLarge
	}
	var b bytes.Buffer
	b.Grow(int(size) + bytes.MinRead)
	n, err := b.ReadFrom(io.LimitReader(file, most+1))
	if err == nil && n > most {
		err = errTooLarge
	}
	return b.Bytes(), err
}

// writeLine is கோப்பு_எழுது and தரவுரை_எழுது: the text and a line end behind what the
// file has; the file is made if there is none. One write, so that lines of several tasks
// stay whole.
func writeLine(f *vm.Fiber, a []value.Value) (value.Value, error) {
	path := host.Copy(f, &a[0])
	line := append([]byte(host.Text(f, &a[1])), '\n')
	return host.Disk(f,
		func(ctx context.Context) (none, error) { return none{}, writeFile(ctx, path, os.O_APPEND, line) },
		func(_ *vm.Fiber, _ none, err error) (value.Value, error) {
			if err != nil {
				return value.Nil, raise(path, "ஐ எழுத", "write", err)
			}
			return value.Nil, nil
		})
}

// countRows is தரவுரை_படி: the lines that are not blank, the heading left out.
func countRows(f *vm.Fiber, a []value.Value) (value.Value, error) {
	path, most := host.Copy(f, &a[0]), budget(f)
	return host.Disk(f,
		func(ctx context.Context) (int, error) {
			b, err := readAll(ctx, path, most)
			n := 0
			for line := range bytes.Lines(b) {
				if len(bytes.TrimSpace(line)) > 0 {
					n++
				}
			}
			return max(0, n-1), err
		},
		func(_ *vm.Fiber, n int, err error) (value.Value, error) {
			if err != nil {
				return value.Nil, raise(path, "ஐப் படிக்க", "read", err)
			}
			return value.Int(n), nil
		})
}

// save writes a whole file: a success with how many bytes it has now.
func save(f *vm.Fiber, a []value.Value) (value.Value, error) {
	path := host.Copy(f, &a[0])
	content := []byte(nil)
	if a[1].Kind() == value.KindBytes {
		content = []byte(a[1].Str())
	} else {
		content = []byte(host.Text(f, &a[1]))
	}
	return host.Disk(f,
		func(ctx context.Context) (int, error) { return len(content), writeFile(ctx, path, os.O_TRUNC, content) },
		func(f *vm.Fiber, n int, err error) (value.Value, error) {
			if err != nil {
				return failure(f, path, "ஐ எழுத", "write", err)
			}
			return host.Success(f, value.Int(n))
		})
}

// failure is trouble as a failure result.
func failure(f *vm.Fiber, path, tamil, english string, err error) (value.Value, error) {
	t, e := trouble(path, tamil, english, err)
	return host.Failure(f, t, e)
}

// exists says whether there is such a file or folder.
func exists(f *vm.Fiber, a []value.Value) (value.Value, error) {
	path := host.Copy(f, &a[0])
	return host.Disk(f,
		func(context.Context) (none, error) { _, err := os.Stat(path); return none{}, err },
		func(_ *vm.Fiber, _ none, err error) (value.Value, error) { return value.Bool(err == nil), nil })
}

// info is a success with what is known of a file: kind, size in bytes, and when it was
// changed in seconds since 1970.
func info(f *vm.Fiber, a []value.Value) (value.Value, error) {
	path := host.Copy(f, &a[0])
	return host.Disk(f,
		func(context.Context) (fs.FileInfo, error) { return os.Stat(path) },
		func(f *vm.Fiber, st fs.FileInfo, err error) (value.Value, error) {
			if err != nil {
				return failure(f, path, "ஐ அறிய", "look at", err)
			}
			h := f.Heap()
			kind := "கோப்பு"
			if st.IsDir() {
				kind = "கோப்பகம்"
			}
			changed := value.Nil
			if t := st.ModTime(); !t.IsZero() {
				changed = value.Int(int(t.Unix()))
			}
			return host.Success(f, h.NewRecord(infoClass(), []value.Value{h.NewText(kind), value.Int(int(st.Size())), changed}))
		})
}

var infoClass = sync.OnceValue(func() *value.Class {
	return value.ClassOf("வகை", "அளவு", "மாற்றம்")
})

// readDir is a success with the bare names in a folder, in byte order.
func readDir(f *vm.Fiber, a []value.Value) (value.Value, error) {
	path := host.Copy(f, &a[0])
	return host.Disk(f,
		func(context.Context) ([]fs.DirEntry, error) { return os.ReadDir(path) },
		func(f *vm.Fiber, names []fs.DirEntry, err error) (value.Value, error) {
			if err != nil {
				return failure(f, path, "ஐப் படிக்க", "read", err)
			}
			h := f.Heap()
			list := h.NewList(0, len(names))
			for _, e := range names {
				h.Append(&list, h.NewText(host.Valid(e.Name())))
				if h.Over() {
					break
				}
			}
			return host.Success(f, list)
		})
}
