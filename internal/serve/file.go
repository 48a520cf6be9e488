package serve

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"etamil/http1"
	"etamil/internal/static"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/loop"
	"etamil/vm"
)

// This file answers with files: those that a program names (file(path)), and those of a
// folder that it shows (server.files). A file is a handle that stands as the body of a
// response, so middleware can change the headers around it; it is sent by the loop.

// isFile reports whether a handle names a file.
func (c *call) isFile(v *value.Value) bool {
	_, ok := c.f.HandleOf(*v, c.w.app.b.file).(*static.File)
	return ok
}

// sendFile answers with a file.
func (c *call) sendFile(status int, content string, fields []byte, v *value.Value) {
	f := c.f.HandleOf(*v, c.w.app.b.file).(*static.File)
	if content == "" {
		content = f.Type
	}
	w := c.w
	o := &w.out
	*o = outgoing{status: status, content: content, marks: w.app.answers.scan(fields)}
	m := &o.marks
	if m.etag == nil {
		// Where the handler says none: scan finds it in the lines, and needs it there.
		fields = append(append(append(fields, "ETag: "...), f.Tag...), "\r\n"...)
	}
	if m.modified == 0 {
		fields = append(http1.AppendDate(append(fields, "Last-Modified: "...), f.Modified.Unix()), "\r\n"...)
	}
	if !m.ranges && !m.noRanges {
		fields = append(fields, "Accept-Ranges: bytes\r\n"...)
	}
	if f.Coding != "" {
		fields = append(append(append(fields, "Content-Encoding: "...), f.Coding...), "\r\n"...)
	}
	if f.Varies {
		fields = append(fields, "Vary: Accept-Encoding\r\n"...)
	}
	w.fixed = kept(fields)
	o.fields, o.marks = fields, w.app.answers.scan(fields)
	f.Keep() // the fiber's handle ends before the last byte has left
	o.file = &loop.File{Fd: int(f.F.Fd()), Length: f.Size, Done: func() { _ = f.Close() }}
	if c.negotiate(o) == refused {
		return
	}
	c.write(o)
}

// negotiateFile is negotiate for a file, which is sent as it is.
func (c *call) negotiateFile(o *outgoing) verdict {
	r := &c.x.Req
	o.tag = o.marks.etag
	if o.status != 200 || r.Method != http1.MethodGet && r.Method != http1.MethodHead {
		return ready
	}
	file := o.file
	v := c.conditions(o, asksOf(r))
	if v == refused {
		file.Done()
	}
	return v
}

// size is how long the body is.
func (o *outgoing) size() int64 {
	if o.file != nil {
		return o.file.Length
	}
	return int64(len(o.body))
}

// drop leaves the body out.
func (o *outgoing) drop() {
	if o.file != nil {
		o.file.Done()
		o.file = nil
	}
	o.body = nil
}

// cut leaves a part of the body.
func (o *outgoing) cut(first, length int64) {
	if o.file != nil {
		o.file.At, o.file.Length = first, length
		return
	}
	o.body = o.body[first : first+length]
}

// fileResponse is file(path, headers).
func (b *Binding) fileResponse(f *vm.Fiber, args []value.Value) (value.Value, error) {
	if len(args) > 1 {
		if h := &args[1]; !h.IsNil() && !h.IsRecord() {
			return value.Nil, host.Need(f, "தலைப்புகளாக ஒரு பொருள்", "a record of headers", h)
		}
		f.Hold(heldHeaders, host.Keep(&args[1]))
	} else {
		f.Hold(heldHeaders, value.Nil)
	}
	path := host.Copy(f, &args[0])
	return host.DiskFor(f, func(context.Context) (*static.File, error) { return static.Open(path) }, closeFile,
		func(f *vm.Fiber, file *static.File, err error) (value.Value, error) {
			headers := f.Held(heldHeaders)
			f.Hold(heldHeaders, value.Nil)
			switch {
			case static.IsNone(err):
				return value.Nil, host.Raise("not_found", "அந்தக் கோப்பு இல்லை", "there is no such file")
			case err != nil:
				return value.Nil, badFile(err)
			}
			return f.Heap().NewRecord(responseClass(), []value.Value{value.Int(200), f.NewHandle(b.file, file), headers}), nil
		})
}

// closeFile is for one whom nobody waits for any more.
func closeFile(file *static.File) { _ = file.Close() }

func badFile(err error) error {
	return host.Raise("unavailable", "கோப்பைத் திறக்க முடியவில்லை: "+host.Valid(err.Error()), "the file cannot be opened: "+host.Valid(err.Error()))
}

// folder is what server.files shows.
type folder struct {
	dir *static.Dir
	age time.Duration // how long clients may keep what they have got; less than 0: they ask each time
}

// folderOption is an option of server.files.
type folderOption struct {
	names []string // Tamil first, romanised, English
	read  func(*folder, *static.Options, *vm.Fiber, *value.Value) error
}

func (o folderOption) spellings() []string { return o.names }

var folderOptions = []folderOption{
	{[]string{"முகப்பு", "mukappu", "index"}, func(_ *folder, o *static.Options, f *vm.Fiber, v *value.Value) error { return readName(&o.Index, f, v) }},
	{[]string{"மாற்று", "mARRu", "fallback"}, func(_ *folder, o *static.Options, f *vm.Fiber, v *value.Value) error {
		return readName(&o.Fallback, f, v)
	}},
	{[]string{"மறைந்தவை", "maRYnqavY", "hidden"}, func(_ *folder, o *static.Options, f *vm.Fiber, v *value.Value) error {
		return readBool(&o.Hidden, f, v)
	}},
	{[]string{"ஆயுள்", "AyuL", "max_age"}, func(d *folder, _ *static.Options, f *vm.Fiber, v *value.Value) (err error) {
		d.age, err = host.Duration(f, v)
		return err
	}},
}

// readName reads a name in the folder; "" and பொய் are none.
func readName(to *string, f *vm.Fiber, v *value.Value) error {
	if off(v) {
		*to = ""
		return nil
	}
	return readText(to, f, v)
}

// folderFunction is the function of the prelude that answers with a folder's files.
const folderFunction = "serveFiles_1"

// groupFiles is server.files(path, folder, options).
func (b *Binding) groupFiles(f *vm.Fiber, args []value.Value) (value.Value, error) {
	a, err := appOf(f)
	if err != nil {
		return value.Nil, err
	}
	d := &folder{age: -1}
	o := static.Options{Index: "index.html"}
	if len(args) > 3 {
		err := host.Fields(f, &args[3], func(name string, v *value.Value) error {
			row, err := optionOf(folderOptions, name, "files", "'%s' என்ற விருப்பம் கோப்புகளுக்கு இல்லை", "files have no option '%s'")
			if err != nil {
				return err
			}
			return row.read(d, &o, f, v)
		})
		if err != nil {
			return value.Nil, err
		}
	}
	name := host.Copy(f, &args[2])
	if replayOf(f) == nil {
		if d.dir, err = static.OpenDir(name, o); err != nil {
			return value.Nil, host.Raise("files", fmt.Sprintf("'%s' என்ற கோப்பகத்தைத் திறக்க முடியவில்லை", host.Valid(name)), "cannot open the folder: "+host.Valid(err.Error()))
		}
		a.folders = append(a.folders, d.dir)
	}
	path := host.Copy(f, &args[1])
	if path != "" && path[len(path)-1] == '/' {
		path = path[:len(path)-1]
	}
	g := b.groupOf(f, args[0])
	method, pattern := f.Heap().NewText("GET"), f.Heap().NewText(path+"/*"+restName)
	fn, ok := a.img.Program().ByName[folderFunction]
	if !ok {
		panic("serve: the prelude has no " + folderFunction)
	}
	function, options := value.Func(fn), value.Nil
	before := len(a.handlers)
	if _, err := g.add(f, &method, &pattern, &options, &function, false); err != nil {
		return value.Nil, err
	}
	for i := range a.handlers[before:] {
		a.handlers[before+i].folder = d
	}
	return value.Nil, nil
}

// restName is the name of the part of the path that names a file.
const restName = "கோப்பு"

// folderFile is the answer to a request for a file of a folder.
func folderFile(b *Binding, f *vm.Fiber, c *call, _ []value.Value) (value.Value, error) {
	d := c.handler.folder
	if d == nil {
		return value.Nil, gone()
	}
	name, ok := d.dir.Clean(c.match.Value(len(c.params()) - 1))
	if !ok {
		return c.noFile()
	}
	header, _ := c.x.Req.Lookup("Accept-Encoding")
	key := fileKey{d, name, static.Accepts(header)}
	if found := c.w.files.get(key, time.Now()); found != nil {
		return b.folderResponse(f, c, found)
	}
	key.name = string(append([]byte(nil), name...))
	return host.DiskFor(f, func(context.Context) (*static.File, error) { return d.dir.Find(key.name, key.accepts) }, closeFile,
		func(f *vm.Fiber, file *static.File, err error) (value.Value, error) {
			if c.x == nil {
				if err == nil {
					_ = file.Close()
				}
				return value.Nil, gone()
			}
			switch {
			case err == nil:
				c.w.files.put(key, file, time.Now())
				return b.folderResponse(f, c, file)
			case errors.Is(err, static.ErrFolder):
				return c.toFolder(f)
			case static.IsNone(err):
				return c.noFile()
			}
			return value.Nil, badFile(err)
		})
}

// noFile is the answer where there is no file.
func (c *call) noFile() (value.Value, error) {
	return c.problemResponse(c.f, 404, "not_found", "", nil, nil)
}

// toFolder sends who asks for a folder by a name without '/' to the one with it, so that
// relative links in its index lead where they should.
func (c *call) toFolder(f *vm.Fiber) (value.Value, error) {
	r := &c.x.Req
	to := append([]byte(nil), r.Path...)
	for len(to) > 1 && to[1] == '/' { // "//x" would be another server
		to = to[1:]
	}
	to = append(to, '/')
	if len(r.Query) > 0 {
		to = append(append(to, '?'), r.Query...)
	}
	h := f.Heap()
	headers := h.NewRecordSize(1)
	h.SetField(&headers, h.NewText("Location"), textOf(f, to), true)
	return h.NewRecord(responseClass(), []value.Value{value.Int(308), value.Nil, headers}), nil
}

// folderResponse is the answer with a file; it takes over one use of it.
func (b *Binding) folderResponse(f *vm.Fiber, c *call, file *static.File) (value.Value, error) {
	h := f.Heap()
	headers := h.NewRecordSize(1)
	cache := "no-cache"
	if age := c.handler.folder.age; age >= 0 {
		cache = fmt.Sprintf("public, max-age=%d", int(age/time.Second))
	}
	h.SetField(&headers, h.NewText("Cache-Control"), h.NewText(cache), true)
	return h.NewRecord(responseClass(), []value.Value{value.Int(200), f.NewHandle(b.file, file), headers}), nil
}

// fileKey is what a file was found by.
type fileKey struct {
	folder  *folder
	name    string
	accepts static.Codings
}

// fileCache are files that a worker has open since a moment ago: who asks for them again
// waits for no disk. It belongs to the worker's loop.
type fileCache struct {
	files map[fileKey]openFile
	order []fileKey // as they were put
}

type openFile struct {
	file *static.File
	at   time.Time
}

const (
	cachedFiles = 64          // per worker; each is a descriptor
	cachedFor   = time.Second // how old an answer may be
)

// get is a file with one more use; nil when it is not there.
func (c *fileCache) get(k fileKey, now time.Time) *static.File {
	o, ok := c.files[k]
	if !ok || now.Sub(o.at) > cachedFor {
		return nil
	}
	o.file.Keep()
	return o.file
}

// put keeps a file, which stays the caller's too.
func (c *fileCache) put(k fileKey, file *static.File, now time.Time) {
	if c.files == nil {
		c.files = map[fileKey]openFile{}
	}
	if old, ok := c.files[k]; ok {
		_ = old.file.Close()
	} else {
		if len(c.order) == cachedFiles {
			c.drop(c.order[0])
			c.order = slices.Delete(c.order, 0, 1)
		}
		c.order = append(c.order, k)
	}
	file.Keep()
	c.files[k] = openFile{file, now}
}

func (c *fileCache) drop(k fileKey) {
	_ = c.files[k].file.Close()
	delete(c.files, k)
}

// tidy closes what has not been asked for lately: a file that was removed must not hold
// its place on the disk.
func (c *fileCache) tidy(now time.Time) {
	if len(c.order) == 0 {
		return
	}
	c.order = slices.DeleteFunc(c.order, func(k fileKey) bool {
		old := now.Sub(c.files[k].at) > cachedFor
		if old {
			c.drop(k)
		}
		return old
	})
}

// close closes all.
func (c *fileCache) close() {
	for k := range c.files {
		c.drop(k)
	}
	c.order = nil
}
