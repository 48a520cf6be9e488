package loop

// Deadlines live on one timing wheel per loop, which only its loop touches.
//
// A connection has one entry, for the earliest of its deadlines. Moving a
// deadline later, which every request does, is a store: the entry stays in
// its bucket and is re-inserted when that bucket comes up. So 10,000
// keep-alive connections cost nothing until their bucket, and a tick costs
// less than a microsecond (BenchmarkWheelTick).

const (
	wheelSize = 1024 // buckets of one tick; a deadline beyond is re-inserted on the way
	unarmed   = -1
)

// timer is one entry, embedded in its connection.
type timer struct {
	prev, next *timer
	owner      *conn
	deadline   int64 // tick
	bucket     int32 // unarmed when it is in no bucket
}

// wheel holds timers by the tick of their deadline.
type wheel struct {
	now     int64 // ticks since the server started
	buckets [wheelSize]*timer
}

// arm sets t to fire at the given tick, or at the next one if that is past.
func (w *wheel) arm(t *timer, deadline int64) {
	if t.bucket != unarmed {
		// It fires no later than its bucket comes up.
		if up := w.now + (int64(t.bucket)-w.now)&(wheelSize-1); deadline >= up {
			t.deadline = deadline
			return
		}
		w.disarm(t)
	}
	t.deadline = deadline
	w.insert(t)
}

func (w *wheel) insert(t *timer) {
	ahead := min(max(t.deadline-w.now, 1), wheelSize-1)
	t.bucket = int32((w.now + ahead) & (wheelSize - 1))
	first := &w.buckets[t.bucket]
	t.prev, t.next = nil, *first
	if t.next != nil {
		t.next.prev = t
	}
	*first = t
}

// disarm takes t off the wheel; it may be off already.
func (w *wheel) disarm(t *timer) {
	if t.bucket == unarmed {
		return
	}
	if t.prev != nil {
		t.prev.next = t.next
	} else {
		w.buckets[t.bucket] = t.next
	}
	if t.next != nil {
		t.next.prev = t.prev
	}
	t.prev, t.next, t.bucket = nil, nil, unarmed
}

// advance moves the wheel to the given tick and calls fire for each timer
// that is due. A fired timer is off the wheel; fire may arm or disarm any.
func (w *wheel) advance(to int64, fire func(*conn)) {
	for w.now < to {
		w.now++
		b := w.now & (wheelSize - 1)
		// The bucket is taken as a whole first: whatever fire arms lands in a
		// later bucket, so the list can only shrink.
		for w.buckets[b] != nil {
			t := w.buckets[b]
			w.disarm(t)
			if t.deadline > w.now {
				w.insert(t)
			} else {
				fire(t.owner)
			}
		}
	}
}

// each calls f for every armed timer's connection. f may disarm and re-arm
// the timer it was called for, and must not touch others.
func (w *wheel) each(f func(*conn)) {
	var all []*conn
	for _, t := range w.buckets {
		for ; t != nil; t = t.next {
			all = append(all, t.owner)
		}
	}
	for _, c := range all {
		f(c)
	}
}
