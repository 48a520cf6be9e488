package serve

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf8"

	"etamil/internal/diag"
	"etamil/internal/multipart"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// upload is a file that came with a form, and the value that names it once it was asked for.
type upload struct {
	*multipart.File
	handle value.Value
}

// uploads are the files of the form in the body: a list of handles.
func (b *Binding) uploads(f *vm.Fiber, c *call) (value.Value, error) {
	return c.withForm(f, func(f *vm.Fiber) (value.Value, error) {
		list := f.Heap().NewList(0, len(c.uploads))
		for _, u := range c.uploads {
			if u.handle.IsNil() {
				u.handle = f.NewHandle(b.upload, u)
			}
			f.Heap().Append(&list, u.handle)
		}
		return list, nil
	})
}

// uploadMembers are the members of a file that came with a form, by their IDs in
// internal/builtin.
var uploadMembers = map[string]func(*vm.Fiber, *upload, []value.Value) (value.Value, error){
	"field": func(f *vm.Fiber, u *upload, _ []value.Value) (value.Value, error) {
		return textOfString(f, u.Field), nil
	},
	"name": func(f *vm.Fiber, u *upload, _ []value.Value) (value.Value, error) {
		return textOfString(f, u.Name), nil
	},
	"type": func(f *vm.Fiber, u *upload, _ []value.Value) (value.Value, error) {
		return textOfString(f, u.Type), nil
	},
	"size": func(_ *vm.Fiber, u *upload, _ []value.Value) (value.Value, error) {
		return value.Int(int(u.Size)), nil
	},
	"bytes": func(f *vm.Fiber, u *upload, _ []value.Value) (value.Value, error) {
		return u.content(f, func(f *vm.Fiber, b []byte) (value.Value, error) { return host.ByteList(f, b), nil })
	},
	"body": func(f *vm.Fiber, u *upload, _ []value.Value) (value.Value, error) {
		return u.content(f, func(f *vm.Fiber, b []byte) (value.Value, error) {
			if !utf8.Valid(b) {
				return value.Nil, host.Raise("invalid", "கோப்பு UTF-8 உரை அல்ல", "the file is no UTF-8 text")
			}
			return f.Heap().NewTextBytes(b), nil
		})
	},
	"save": func(f *vm.Fiber, u *upload, args []value.Value) (value.Value, error) { return u.save(f, &args[1]) },
}

func (b *Binding) uploadMember(id string) vm.Native {
	get := uploadMembers[id]
	if id == "stream" {
		get = func(f *vm.Fiber, u *upload, _ []value.Value) (value.Value, error) {
			return f.NewHandle(b.pieces, &uploadPieces{u: u}), nil
		}
	}
	if get == nil {
		return nil
	}
	return func(f *vm.Fiber, args []value.Value) (value.Value, error) {
		u, ok := f.HandleOf(args[0], b.upload).(*upload)
		if !ok {
			return value.Nil, gone()
		}
		return get(f, u, args)
	}
}

// content reads the whole file, as far as the fiber has memory for it.
func (u *upload) content(f *vm.Fiber, then func(*vm.Fiber, []byte) (value.Value, error)) (value.Value, error) {
	if most := f.Heap().Limit(); most > 0 && u.Size > int64(most) {
		return value.Nil, vm.Fail(diag.RunOutOfMemory)
	}
	return u.read(f, func(context.Context) ([]byte, error) {
		var b bytes.Buffer
		b.Grow(int(u.Size))
		_, err := u.WriteTo(&b)
		return b.Bytes(), err
	}, then)
}

// uploadPieces is what upload.stream() gives: the file from its beginning, with a place of its
// own. Nothing is read before it is asked for, and a read that was cut short is read again.
type uploadPieces struct {
	u  *upload
	at int64
}

// pieceSize is how much of a file is in memory at a time, in bytes.
const pieceSize = 64 << 10

// next implements piecewise.
func (p *uploadPieces) next(f *vm.Fiber, end value.Value) (value.Value, error) {
	at := p.at
	n := min(p.u.Size-at, pieceSize)
	if n == 0 {
		return end, nil
	}
	return p.u.read(f, func(context.Context) ([]byte, error) {
		b := make([]byte, n)
		_, err := p.u.ReadAt(b, at)
		return b, err
	}, func(f *vm.Fiber, b []byte) (value.Value, error) {
		p.at = at + n
		return f.Heap().NewBytes(b), nil
	})
}

// read makes a native's answer of what read reads of the file: elsewhere, where that may wait
// for the disk.
func (u *upload) read(f *vm.Fiber, read func(context.Context) ([]byte, error), then func(*vm.Fiber, []byte) (value.Value, error)) (value.Value, error) {
	finish := func(f *vm.Fiber, b []byte, err error) (value.Value, error) {
		switch {
		case err == multipart.ErrClosed:
			return value.Nil, gone()
		case err != nil:
			return value.Nil, formError(err)
		}
		return then(f, b)
	}
	if !u.OnDisk() {
		b, err := read(nil)
		return finish(f, b, err)
	}
	return host.Disk(f, read, finish)
}

// save writes the file to a path, whose folders are made: nobody sees a part of it there, and
// none is left when it can't be written whole.
func (u *upload) save(f *vm.Fiber, to *value.Value) (value.Value, error) {
	path := filepath.FromSlash(host.Copy(f, to))
	return host.Disk(f, func(context.Context) (int, error) {
		n, err := saveFile(path, u.File)
		return int(n), err
	}, func(f *vm.Fiber, n int, err error) (value.Value, error) {
		if err != nil {
			return host.FailureOf(f, "கோப்பைச் சேமிக்க முடியவில்லை", "the file could not be saved", err)
		}
		return host.Success(f, value.Int(n))
	})
}

func saveFile(path string, from *multipart.File) (n int64, err error) {
	const pattern = ".etamil-save-"
	dir := filepath.Dir(path)
	to, err := os.CreateTemp(dir, pattern)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(dir, 0o755); err == nil {
			to, err = os.CreateTemp(dir, pattern)
		}
	}
	if err != nil {
		return 0, err
	}
	n, err = from.WriteTo(to)
	if err = errors.Join(err, to.Chmod(0o644), to.Close()); err == nil {
		err = os.Rename(to.Name(), path)
	}
	if err != nil {
		return n, errors.Join(err, os.Remove(to.Name()))
	}
	return n, nil
}
