package serve

import (
	"context"
	"errors"
	"io/fs"
	"mime"
	"os"
	"path/filepath"
	"sync"
	"time"

	"etamil/http1"
	"etamil/internal/multipart"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// typeForm is the type of a body that is like a query.
const typeForm = "application/x-www-form-urlencoded"

// pairsRecord makes a record of key=value pairs.
func pairsRecord(f *vm.Fiber, w *worker, text []byte) value.Value {
	h := f.Heap()
	r := h.NewRecordSize(0)
	for p := http1.PairsOf(text); p.Next(); {
		if p.Value == nil {
			continue
		}
		key := textOf(f, w.decodeQuery(p.Key))
		h.SetField(&r, key, textOf(f, w.decodeQuery(p.Value)), true)
	}
	return r
}

// contentType is the media type of the body and its parameters.
func (c *call) contentType() (string, map[string]string) {
	v, ok := c.x.Req.Lookup("Content-Type")
	if !ok {
		return "", nil
	}
	kind, params, err := mime.ParseMediaType(string(v))
	if err != nil {
		return "", nil
	}
	return kind, params
}

// requestFields are the fields of the form in the body: none when it holds no form.
func requestFields(f *vm.Fiber, c *call) (value.Value, error) {
	return c.withForm(f, func(f *vm.Fiber) (value.Value, error) {
		if kind, _ := c.contentType(); kind == typeForm {
			return pairsRecord(f, c.w, c.x.Body), nil
		}
		h := f.Heap()
		r := h.NewRecordSize(0)
		for _, field := range c.formFields() {
			h.SetField(&r, textOfString(f, field.Name), textOfString(f, field.Text), true)
		}
		return r, nil
	})
}

// formFields are the fields of a form with files, once that is there.
func (c *call) formFields() []multipart.Field {
	if c.uploads == nil {
		return nil
	}
	return c.collecting.form.Fields
}

// fileKeys are the fields of an entry of request_files.
var fileKeys = sync.OnceValue(func() *value.Class {
	return value.ClassOf("குறியீடு", "பெயர்", "கோப்புப்_பெயர்", "வகை", "அளவு")
})

// requestFiles are the files that came with a form.
func requestFiles(f *vm.Fiber, c *call) (value.Value, error) {
	return c.withForm(f, func(f *vm.Fiber) (value.Value, error) {
		h := f.Heap()
		list := h.NewList(0, len(c.uploads))
		for i, u := range c.uploads {
			h.Append(&list, h.NewRecord(fileKeys(), []value.Value{
				value.Int(i), textOfString(f, u.Field), textOfString(f, u.Name), textOfString(f, u.Type), value.Int(int(u.Size)),
			}))
		}
		return list, nil
	})
}

// saveUpload is பதிவேற்றம்_சேமி(index, path).
func saveUpload(f *vm.Fiber, args []value.Value) (value.Value, error) {
	c, err := callOf(f, "பதிவேற்றம்_சேமி")
	if err != nil {
		return host.Failure(f, "கோப்பு எதுவும் வரவில்லை", "no file came with a request")
	}
	i, err := host.Whole(&args[0], "எண்", "the index")
	switch {
	case err != nil:
		return value.Nil, err
	}
	path := f.Heap().NewText(host.Copy(f, &args[1]))
	f.Hold(heldPath, path)
	return c.withForm(f, func(f *vm.Fiber) (value.Value, error) {
		path := f.Held(heldPath)
		return c.saveUpload(f, i, &path)
	})
}

func (c *call) saveUpload(f *vm.Fiber, i int, path *value.Value) (value.Value, error) {
	if i < 0 || i >= len(c.uploads) {
		return host.Failure(f, "அந்த எண்ணில் கோப்பு இல்லை", "no file has that index")
	}
	return c.uploads[i].save(f, path)
}

// maxAnswerFile is the largest file that is sent, in bytes: it is read whole.
const maxAnswerFile = 64 << 20

type answerFile struct {
	data    []byte
	content string
	changed time.Time
}

// respondFile is _respondFile(status, path, headers).
func respondFile(f *vm.Fiber, args []value.Value) (value.Value, error) {
	status, ok := statusCode(&args[0])
	if !ok {
		return value.Nil, badStatus(f, &args[0])
	}
	fields, content, err := appendFields(nil, f, &args[2])
	if err != nil {
		return value.Nil, err
	}
	kind := string(append([]byte(nil), content...))
	path := host.Copy(f, &args[1])
	return host.Disk(f, func(context.Context) (answerFile, error) {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return answerFile{}, err
		case !info.Mode().IsRegular():
			return answerFile{}, errors.New("not a file")
		case info.Size() > maxAnswerFile:
			return answerFile{}, errors.New("larger than 64 MiB")
		}
		b, err := os.ReadFile(path)
		return answerFile{b, mime.TypeByExtension(filepath.Ext(path)), info.ModTime()}, err
	}, func(f *vm.Fiber, file answerFile, err error) (value.Value, error) {
		if err != nil {
			if p := (*fs.PathError)(nil); errors.As(err, &p) {
				err = p.Err // the program knows the path, and clients need not
			}
			return host.FailureOf(f, "கோப்பைப் படிக்க முடியவில்லை", "the file could not be read", err)
		}
		if kind == "" && http1.CheckField([]byte("Content-Type"), []byte(file.content)) == nil {
			kind = file.content // what the system has for the name's ending
		}
		if kind == "" {
			kind = typeBytes
		}
		if c, ok := f.Data.(*call); ok {
			if c.w.app.answers.scan(fields).modified == 0 {
				fields = append(http1.AppendDate(append(fields, "Last-Modified: "...), file.changed.Unix()), "\r\n"...)
			}
			c.said = said{status: status, body: file.data, fields: fields, content: kind}
		}
		return host.Success(f, value.Int(len(file.data)))
	})
}
