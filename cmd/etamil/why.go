package main

import (
	"errors"
	"io/fs"
)

// why is the reason why a file or folder can't be had, in Tamil and English. The system's own
// words are there only where there are none of ours.
func why(err error) (tamil, english string) {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "கோப்போ கோப்பகமோ இல்லை", "no such file or directory"
	case errors.Is(err, fs.ErrPermission):
		return "அனுமதி இல்லை", "permission denied"
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return "கணினி மறுத்தது", err.Error()
}
