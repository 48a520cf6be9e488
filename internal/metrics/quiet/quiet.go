// Package quiet keeps Go's standard logger silent while packages are set up, until
// internal/metrics, which imports it, speaks up again. The library below that one logs a line at
// its start where the system has no pressure figures, and the standard error stream of `etamil` is
// the user's.
//
// It works by its path: of the packages that are ready to be set up, Go takes the one whose path
// sorts first, and this one's does before any that begins with a host's name.
package quiet

import (
	"io"
	"log"
)

func init() { log.SetOutput(io.Discard) }
