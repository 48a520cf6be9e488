package serve

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"os"
	"path/filepath"
	"sync"
	"time"

	"etamil/http1"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// form is what a multipart body holds.
type form struct {
	fields []formField
	files  []formFile
}

type formField struct{ name, text string }

type formFile struct {
	field, name, content string
	data                 []byte

	handle value.Value // the value that names it, once it was asked for
}

// typeForm is the type of a body that is like a query.
const typeForm = "application/x-www-form-urlencoded"

// maxParts bounds the parts of one form.
const maxParts = 1000

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
	kind, params := c.contentType()
	switch kind {
	case typeForm:
		return pairsRecord(f, c.w, c.x.Body), nil
	case "multipart/form-data":
		m, err := c.multipart(params["boundary"])
		if err != nil {
			return value.Nil, err
		}
		h := f.Heap()
		r := h.NewRecordSize(len(m.fields))
		for _, field := range m.fields {
			h.SetField(&r, textOfString(f, field.name), textOfString(f, field.text), true)
		}
		return r, nil
	}
	return f.Heap().NewRecordSize(0), nil
}

// fileKeys are the fields of an entry of request_files.
var fileKeys = sync.OnceValue(func() *value.Class {
	return value.ClassOf("குறியீடு", "பெயர்", "கோப்புப்_பெயர்", "வகை", "அளவு")
})

// requestFiles are the files that came with a form.
func requestFiles(f *vm.Fiber, c *call) (value.Value, error) {
	h := f.Heap()
	list := h.NewList(0, 0)
	files, err := c.files()
	if err != nil {
		return value.Nil, err
	}
	for i, file := range files {
		h.Append(&list, h.NewRecord(fileKeys(), []value.Value{
			value.Int(i), textOfString(f, file.field), textOfString(f, file.name), textOfString(f, file.content), value.Int(len(file.data)),
		}))
	}
	return list, nil
}

func (c *call) files() ([]formFile, error) {
	kind, params := c.contentType()
	if kind != "multipart/form-data" {
		return nil, nil
	}
	m, err := c.multipart(params["boundary"])
	if err != nil {
		return nil, err
	}
	return m.files, nil
}

// multipart reads the body, once.
func (c *call) multipart(boundary string) (*form, error) {
	if c.form != nil {
		return c.form, nil
	}
	bad := func() error {
		return host.Raise("invalid", "படிவம் சிதைந்துள்ளது", "the form is malformed")
	}
	if boundary == "" {
		return nil, bad()
	}
	m := &form{}
	for r := multipart.NewReader(bytes.NewReader(c.x.Body), boundary); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || len(m.fields)+len(m.files) == maxParts {
			return nil, bad()
		}
		data, err := io.ReadAll(p)
		if err != nil {
			return nil, bad()
		}
		if name := p.FileName(); name != "" {
			m.files = append(m.files, formFile{p.FormName(), name, p.Header.Get("Content-Type"), data, value.Nil})
		} else {
			m.fields = append(m.fields, formField{p.FormName(), string(data)})
		}
	}
	c.form = m
	return m, nil
}

// saveUpload is பதிவேற்றம்_சேமி(index, path).
func saveUpload(f *vm.Fiber, args []value.Value) (value.Value, error) {
	c, err := callOf(f, "பதிவேற்றம்_சேமி")
	if err != nil {
		return host.Failure(f, "கோப்பு எதுவும் வரவில்லை", "no file came with a request")
	}
	files, err := c.files()
	if err != nil {
		return value.Nil, err
	}
	i, err := host.Whole(&args[0], "எண்", "the index")
	if err != nil {
		return value.Nil, err
	}
	if i < 0 || i >= len(files) {
		return host.Failure(f, "அந்த எண்ணில் கோப்பு இல்லை", "no file has that index")
	}
	return files[i].save(f, &args[1])
}

// save writes the file to a path.
func (file *formFile) save(f *vm.Fiber, to *value.Value) (value.Value, error) {
	path, data := host.Copy(f, to), file.data
	return host.Do(f, func(context.Context) (int, error) {
		return len(data), os.WriteFile(filepath.FromSlash(path), data, 0o644)
	}, func(f *vm.Fiber, n int, err error) (value.Value, error) {
		if err != nil {
			return host.FailureOf(f, "கோப்பைச் சேமிக்க முடியவில்லை", "the file could not be saved", err)
		}
		return host.Success(f, value.Int(n))
	})
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
	return host.Do(f, func(context.Context) (answerFile, error) {
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
