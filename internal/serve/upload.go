package serve

import (
	"unicode/utf8"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// uploads are the files of the form in the body: a list of handles.
func (b *Binding) uploads(f *vm.Fiber, c *call) (value.Value, error) {
	files, err := c.files()
	if err != nil {
		return value.Nil, err
	}
	list := f.Heap().NewList(0, len(files))
	for i := range files {
		if file := &files[i]; file.handle.IsNil() {
			file.handle = f.NewHandle(b.upload, file)
		}
		f.Heap().Append(&list, files[i].handle)
	}
	return list, nil
}

// uploadMembers are the members of a file that came with a form, by their IDs in
// internal/builtin.
var uploadMembers = map[string]func(*vm.Fiber, *formFile, []value.Value) (value.Value, error){
	"field": func(f *vm.Fiber, u *formFile, _ []value.Value) (value.Value, error) {
		return textOfString(f, u.field), nil
	},
	"name": func(f *vm.Fiber, u *formFile, _ []value.Value) (value.Value, error) {
		return textOfString(f, u.name), nil
	},
	"type": func(f *vm.Fiber, u *formFile, _ []value.Value) (value.Value, error) {
		return textOfString(f, u.content), nil
	},
	"size": func(_ *vm.Fiber, u *formFile, _ []value.Value) (value.Value, error) {
		return value.Int(len(u.data)), nil
	},
	"bytes": func(f *vm.Fiber, u *formFile, _ []value.Value) (value.Value, error) {
		return host.ByteList(f, u.data), nil
	},
	"body": func(f *vm.Fiber, u *formFile, _ []value.Value) (value.Value, error) {
		if !utf8.Valid(u.data) {
			return value.Nil, host.Raise("invalid", "கோப்பு UTF-8 உரை அல்ல", "the file is no UTF-8 text")
		}
		return f.Heap().NewTextBytes(u.data), nil
	},
	"save": func(f *vm.Fiber, u *formFile, args []value.Value) (value.Value, error) { return u.save(f, &args[1]) },
}

func (b *Binding) uploadMember(id string) vm.Native {
	get := uploadMembers[id]
	if get == nil {
		return nil
	}
	return func(f *vm.Fiber, args []value.Value) (value.Value, error) {
		u, ok := f.HandleOf(args[0], b.upload).(*formFile)
		if !ok {
			return value.Nil, gone()
		}
		return get(f, u, args)
	}
}
