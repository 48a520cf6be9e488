package diag

import (
	"errors"
	"io/fs"
	"syscall"
)

// Why is the reason why a file or folder can't be had, in Tamil and English, without its path. The
// system's own words are there only where there are none of ours.
func Why(err error) (tamil, english string) {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "கோப்போ கோப்பகமோ இல்லை", "no such file or directory"
	case errors.Is(err, fs.ErrPermission):
		return "அனுமதி இல்லை", "permission denied"
	case errors.Is(err, fs.ErrExist):
		return "ஏற்கெனவே உள்ளது", "it exists already"
	case errors.Is(err, syscall.EISDIR):
		return "அது ஒரு கோப்பகம்", "it is a folder"
	case errors.Is(err, syscall.ENOTDIR):
		return "அது கோப்பகம் அல்ல", "it is not a folder"
	case errors.Is(err, syscall.ENOSPC):
		return "வட்டில் இடம் இல்லை", "the disk is full"
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return "கணினி மறுத்தது", err.Error()
}
