package vm

import (
	"time"

	"etamil/internal/value"
)

// A slice is so many steps, since nearly all steps take about as long. Some don't: text
// of a megabyte is copied, sorted or searched in one. So the clock is read now and then
// where much memory is gone through, and a slice that has had its time ends there: who
// runs beside it waits no longer than that, and cancelling it has an effect. The steps
// that it leaves are not lost.

// turn is the time after which a slice ends that goes through much memory.
const turn = time.Millisecond

// heavy is how many bytes natives may be given between two looks at the clock.
const heavy = 256 << 10

// epoch is the zero of the process's clock, which only moves forward.
var epoch = time.Now()

// look ends the slice when it has had its time. It counts from the first look of the
// slice on, so that slices which never look need no clock.
func (f *Fiber) look() {
	now := time.Since(epoch)
	switch {
	case f.began == 0:
		f.began = now
	case now-f.began > turn:
		f.left += max(f.fuel, 0)
		f.fuel = 0
	}
}

// weigh counts what a native is given to go through, and looks when it is much.
func (f *Fiber) weigh(args []value.Value) {
	for i := range args {
		a := &args[i]
		if !a.IsRef() {
			continue
		}
		switch a.Kind() {
		case value.KindText:
			f.weight += a.ByteLen()
		case value.KindList:
			f.weight += a.List().Len() * 16
		}
	}
	if f.weight > heavy {
		f.weight = 0
		f.look()
	}
}
