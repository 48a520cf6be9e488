package files

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf8"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// packageRead is a success with the text of one entry of a zip package.
func packageRead(f *vm.Fiber, a []value.Value) (value.Value, error) {
	path, name, most := host.Copy(f, &a[0]), host.Copy(f, &a[1]), budget(f)
	return host.Disk(f,
		func(ctx context.Context) ([]byte, error) { return readEntry(ctx, path, name, most) },
		func(f *vm.Fiber, b []byte, err error) (value.Value, error) {
			if err != nil {
				return packageFailure(f, path, err)
			}
			return host.Success(f, f.Heap().NewTextBytes(b))
		})
}

// missing is the error of an entry that the package does not have.
type missing string

func (m missing) Error() string { return "no entry " + string(m) }

func packageFailure(f *vm.Fiber, path string, err error) (value.Value, error) {
	var m missing
	switch {
	case errors.As(err, &m):
		name := host.Valid(string(m))
		return host.Failure(f, "பொதி '"+host.Valid(path)+"' இல் '"+name+"' இல்லை", "the package '"+host.Valid(path)+"' has no '"+name+"'")
	case errors.Is(err, zip.ErrFormat):
		return host.Failure(f, "'"+host.Valid(path)+"' ஒரு zip பொதி அல்ல", "'"+host.Valid(path)+"' is not a zip package")
	}
	return failure(f, path, "ஐக் கையாள", "use", err)
}

// openPackage opens a package for as long as give is not called.
func openPackage(ctx context.Context, path string) (z *zip.Reader, give func() error, err error) {
	file, give, err := open(ctx, path, os.O_RDONLY, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err == nil {
		z, err = zip.NewReader(file, info.Size())
	}
	if err != nil {
		_ = give() // it was only read
		return nil, nil, err
	}
	return z, give, nil
}

func readEntry(ctx context.Context, path, name string, most int64) ([]byte, error) {
	z, give, err := openPackage(ctx, path)
	if err != nil {
		return nil, err
	}
	defer give() // it was only read
	for _, e := range z.File {
		if e.Name != name {
			continue
		}
		r, err := e.Open()
		if err != nil {
			return nil, err
		}
		defer r.Close()
		b, err := io.ReadAll(io.LimitReader(r, most+1))
		switch {
		case err != nil:
			return nil, err
		case int64(len(b)) > most: // whatever its head says of its size
			return nil, errTooLarge
		case !utf8.Valid(b):
			return nil, errNotText
		}
		return b, nil
	}
	return nil, missing(name)
}

// packageWrite copies a zip package with the contents of some entries replaced: a success
// with the number of entries. All others are copied as they are packed. An entry that was
// stored stays stored, as the mimetype of a document must be. The target is put in place
// whole, so it may be the source.
func packageWrite(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if !a[2].IsRecord() {
		return value.Nil, host.NeedRecord(f, &a[2])
	}
	from, to := host.Copy(f, &a[0]), host.Copy(f, &a[1])
	names := f.Heap().Keys(&a[2])
	changes := make(map[string][]byte, names.List().Len())
	for i := range names.List().Len() {
		name := names.List().At(i).Clone()
		if field, ok := a[2].Field(name); ok {
			changes[name] = []byte(host.Text(f, field))
		}
	}
	return host.Disk(f,
		func(ctx context.Context) (int, error) { return rewrite(ctx, from, to, changes) },
		func(f *vm.Fiber, n int, err error) (value.Value, error) {
			if err != nil {
				return packageFailure(f, from, err)
			}
			return host.Success(f, value.Int(n))
		})
}

func rewrite(ctx context.Context, from, to string, changes map[string][]byte) (n int, err error) {
	z, give, err := openPackage(ctx, from)
	if err != nil {
		return 0, err
	}
	defer give() // it was only read
	there := map[string]bool{}
	for _, e := range z.File {
		there[e.Name] = true
	}
	for name := range changes {
		if !there[name] {
			return 0, missing(name)
		}
	}
	out, err := os.CreateTemp(filepath.Dir(to), ".etamil-*")
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(out.Name()) // half a package, which nobody asked for
		}
	}()
	if err = errors.Join(copyEntries(out, z.File, changes), out.Close()); err != nil {
		return 0, err
	}
	if err = os.Chmod(out.Name(), modeOf(to)); err != nil {
		return 0, err
	}
	return len(z.File), os.Rename(out.Name(), to)
}

// modeOf is the permissions that a file has, or that a new one gets.
func modeOf(path string) fs.FileMode {
	if st, err := os.Stat(path); err == nil {
		return st.Mode().Perm()
	}
	return 0o644
}

func copyEntries(out io.Writer, entries []*zip.File, changes map[string][]byte) error {
	w := zip.NewWriter(out)
	for _, e := range entries {
		content, changed := changes[e.Name]
		if !changed {
			if err := w.Copy(e); err != nil {
				return err
			}
			continue
		}
		part, err := w.CreateHeader(&zip.FileHeader{Name: e.Name, Method: e.Method, Modified: e.Modified, Comment: e.Comment, ExternalAttrs: e.ExternalAttrs})
		if err != nil {
			return err
		}
		if _, err = part.Write(content); err != nil {
			return err
		}
	}
	return w.Close()
}
