package load

import (
	"errors"
	"os"
	"path"
	"strings"
	"syscall"
)

// mostLinks bounds the links that lead to a file, as the system does.
const mostLinks = 40

// key is the one name of the file at p: absolute, without links; or what could be found
// out of it. It does what path/filepath would, which Go sets up late (internal/early), and
// asks the system one question for each directory instead of two.
func key(p string) string {
	if !path.IsAbs(p) {
		dir, err := os.Getwd()
		if err != nil {
			return path.Clean(p)
		}
		p = path.Join(dir, p)
	}
	p = path.Clean(p)
	real, rest := "/", p[1:]
	for links := 0; rest != ""; {
		name, after, _ := strings.Cut(rest, "/")
		at := path.Join(real, name)
		to, err := os.Readlink(at)
		switch {
		case err == nil:
			if links++; links > mostLinks {
				return p
			}
			if path.IsAbs(to) {
				real = "/"
			}
			rest = strings.TrimLeft(to+"/"+after, "/")
		case errors.Is(err, syscall.EINVAL): // no link
			real, rest = at, after
		default:
			return p
		}
	}
	return real
}
