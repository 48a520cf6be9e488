package multipart

import (
	"bytes"
	"errors"
	"io"
	"os"
	"sync"
	"unicode/utf8"
)

// Form is what has come of a form. One goroutine at a time may write it, and nobody after End;
// the files may then be read by any.
type Form struct {
	Fields []Field // in their order
	Files  []File

	spool  *Spool
	reader *Reader
	text   []byte // of the field that is coming
	isFile bool   // the part that is coming is a file
	part   Part
	fields int // bytes

	mu     sync.RWMutex // readers hold it, so that Close waits for them
	size   int64        // bytes of all files
	memory []byte       // all of them, unless
	disk   *os.File     // they are there
	named  bool         // that has a name still
	closed bool
}

// Field is a field without a file.
type Field struct{ Name, Text string }

// File is a file that came with a form.
type File struct {
	Field string
	Name  string // as the client says, without folders
	Type  string // as the client says
	Size  int64

	form *Form
	at   int64
}

// ErrClosed says that the form was closed, and its files with it.
var ErrClosed = errors.New("multipart: the form is closed")

var errFields = tooLarge("படிவத்தின் புலங்கள் மிகப் பெரியவை", "the form's fields are too large")

// New makes a Form of a body with that boundary. It must be closed.
func (s *Spool) New(boundary string) (*Form, error) {
	f := &Form{spool: s}
	var err error
	f.reader, err = NewReader(boundary, (*sink)(f))
	return f, err
}

// Write takes the next bytes of the body; it may wait for the disk. Its errors are an *Error,
// ErrFull, or what the system says, and final.
func (f *Form) Write(p []byte) error { return f.reader.Feed(p) }

// End says that the body has ended.
func (f *Form) End() error { return f.reader.Close() }

// sink is a Form as its reader sees it.
type sink Form

// Begin implements Sink.
func (s *sink) Begin(p Part) error { return (*Form)(s).begin(p) }

// Data implements Sink.
func (s *sink) Data(p []byte) error { return (*Form)(s).data(p) }

// End implements Sink.
func (s *sink) End() error { return (*Form)(s).finish() }

func (f *Form) begin(p Part) error {
	if len(f.Fields)+len(f.Files) == f.spool.Parts {
		return tooLarge("படிவத்தின் பகுதிகள் மிகப் பல", "the form has too many parts")
	}
	f.part, f.isFile = p, p.File != ""
	if f.fields += len(p.Name) + len(p.File) + len(p.Type); f.fields > f.spool.Fields {
		return errFields
	}
	if f.isFile {
		f.Files = append(f.Files, File{Field: p.Name, Name: p.File, Type: p.Type, form: f, at: f.size})
	}
	return nil
}

func (f *Form) data(p []byte) error {
	if f.isFile {
		f.Files[len(f.Files)-1].Size += int64(len(p))
		return f.keep(p)
	}
	if f.fields += len(p); f.fields > f.spool.Fields {
		return errFields
	}
	f.text = append(f.text, p...)
	return nil
}

// finish follows the last byte of a part.
func (f *Form) finish() error {
	if f.isFile {
		return nil
	}
	text := string(f.text)
	if !utf8.ValidString(text) {
		return malformed("a field is no UTF-8 text")
	}
	f.text = f.text[:0]
	f.Fields = append(f.Fields, Field{f.part.Name, text})
	return nil
}

// keep appends bytes of a file.
func (f *Form) keep(p []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return ErrClosed
	}
	n := int64(len(p))
	if f.disk == nil && f.size+n <= int64(f.spool.Memory) && f.grow(len(p)) {
		f.memory = append(f.memory, p...)
		f.size += n
		return nil
	}
	if f.disk == nil {
		if err := f.spill(); err != nil {
			return err
		}
	}
	return f.append(p)
}

// grow makes room for n more bytes in memory, or reports that there is none.
func (f *Form) grow(n int) bool {
	need := len(f.memory) + n
	if need <= cap(f.memory) {
		return true
	}
	size := min(max(2*cap(f.memory), need, 512), max(f.spool.Memory, need))
	if !take(&f.spool.memory, f.spool.All, int64(size-cap(f.memory))) {
		return false
	}
	bigger := make([]byte, len(f.memory), size)
	copy(bigger, f.memory)
	f.memory = bigger
	return true
}

// spill moves what is in memory to disk.
func (f *Form) spill() error {
	disk, named, err := f.spool.create()
	if err != nil {
		return full(err)
	}
	was := f.memory
	f.disk, f.named, f.memory, f.size = disk, named, nil, 0
	f.spool.memory.Add(-int64(cap(was)))
	if len(was) == 0 {
		return nil
	}
	return f.append(was)
}

// append appends bytes on disk.
func (f *Form) append(p []byte) error {
	if !take(&f.spool.disk, f.spool.Disk, int64(len(p))) {
		return ErrFull
	}
	f.size += int64(len(p))
	_, err := f.disk.Write(p)
	return full(err)
}

// Close gives back all that the form holds; its files can't be read afterwards. It waits for
// those who do now, and may take as long as the disk needs to forget a big file.
func (f *Form) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return
	}
	f.closed = true
	f.spool.memory.Add(-int64(cap(f.memory)))
	f.memory = nil
	if f.disk == nil {
		return
	}
	f.spool.disk.Add(-f.size)
	_ = f.disk.Close() // what could not be written is not wanted any more
	if f.named {
		_ = os.Remove(f.disk.Name()) // where that was not possible before
	}
}

// OnDisk reports whether the files are on disk: reading them may take time.
func (f *Form) OnDisk() bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.disk != nil
}

// OnDisk is Form.OnDisk.
func (u *File) OnDisk() bool { return u.form.OnDisk() }

// WriteTo writes the file's content to w.
func (u *File) WriteTo(w io.Writer) (int64, error) {
	f := u.form
	f.mu.RLock()
	defer f.mu.RUnlock()
	switch {
	case f.closed:
		return 0, ErrClosed
	case f.disk == nil:
		return io.Copy(w, bytes.NewReader(f.memory[u.at:u.at+u.Size]))
	}
	return io.Copy(w, io.NewSectionReader(f.disk, u.at, u.Size))
}

// ReadAt implements io.ReaderAt.
func (u *File) ReadAt(p []byte, at int64) (int, error) {
	f := u.form
	f.mu.RLock()
	defer f.mu.RUnlock()
	switch {
	case f.closed:
		return 0, ErrClosed
	case at >= u.Size:
		return 0, io.EOF
	}
	most := p[:min(int64(len(p)), u.Size-at)]
	n, err := len(most), error(nil)
	if f.disk == nil {
		copy(most, f.memory[u.at+at:])
	} else {
		n, err = f.disk.ReadAt(most, u.at+at)
	}
	if err == nil && n < len(p) {
		err = io.EOF
	}
	return n, err
}
