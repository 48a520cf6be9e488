package metrics

import (
	"io"
	"log"
	"os"

	"github.com/VictoriaMetrics/metrics"

	_ "etamil/internal/metrics/quiet" // before the library is set up
)

func init() {
	log.SetOutput(os.Stderr) // as it was before package quiet
	metrics.ExposeMetadata(true)
}

// process writes what the library knows of the process and of Go's runtime.
func process(w io.Writer) { metrics.WriteProcessMetrics(w) }
