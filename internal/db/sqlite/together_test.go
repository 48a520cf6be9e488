package sqlite

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"
)

// TestOpenedTogether: a file that isn't there yet may be opened by several at the same moment, as by instances that are started together.
func TestOpenedTogether(t *testing.T) {
	dir := t.TempDir()
	for round := range 60 {
		path := filepath.Join(dir, fmt.Sprint(round, ".db"))
		var all sync.WaitGroup
		gate := make(chan struct{})
		for range 4 {
			all.Go(func() {
				<-gate
				d, err := Open(path)
				if err != nil {
					t.Error(err)
					return
				}
				defer d.Close()
				if _, _, err := d.Write(t.Context(), statement("CREATE TABLE IF NOT EXISTS t (a INTEGER)"), nil); err != nil {
					t.Error(err)
				}
			})
		}
		close(gate)
		all.Wait()
	}
}
