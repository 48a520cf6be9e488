package sql

import (
	"context"
	"math/rand/v2"
	"time"
)

// cleanTime bounds one statement that cleans.
const cleanTime = 10 * time.Second

// cleaner deletes what has ended, again and again, until the store is closed. All instances do,
// each at a time of its own.
func (s *Store) cleaner(d *opened) {
	for {
		select {
		case <-s.stop:
			return
		case <-time.After(s.o.Clean/2 + rand.N(s.o.Clean)):
			s.clean(d)
		}
	}
}

// clean deletes what has ended now, in steps, so that nobody waits long for it. What fails is done
// the next time.
func (s *Store) clean(d *opened) {
	for _, sql := range []string{d.dialect.clean, d.cleanTags} {
		for {
			ctx, cancel := context.WithTimeout(context.Background(), cleanTime)
			out, err := d.run(ctx, sql, new(params).int(cleanStep), nil)
			cancel()
			select {
			case <-s.stop:
				return
			default:
			}
			if err != nil || out.Changed < cleanStep {
				break
			}
		}
	}
}
