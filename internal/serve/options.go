package serve

import (
	"time"

	"etamil/internal/diag"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// routeOptions are what a route is told about itself. A route of a group begins with those
// of the group.
type routeOptions struct {
	timeout time.Duration // 0: the server's
}

// RouteOption is an option that a route or group may have: a row of one table, from which
// programs are read, mistakes are told, and documentation is checked.
type RouteOption struct {
	Spellings      []string // Tamil first, romanised, English
	Tamil, English string   // one sentence
	read           func(o *routeOptions, f *vm.Fiber, v value.Value) error
}

// RouteOptions are all of them.
var RouteOptions = []RouteOption{
	{Spellings: []string{"காலக்கெடு", "kAlakketu", "timeout"},
		Tamil: "பதில் சொல்ல உள்ள நேரம்; மீறினால் 504", English: "time to answer; beyond: 504",
		read: readTimeout},
}

// read reads a record of options, or nil.
func (o *routeOptions) read(f *vm.Fiber, v *value.Value) error {
	if v.IsNil() {
		return nil
	}
	if !v.IsRecord() {
		return host.NeedRecord(f, v)
	}
	names := f.Heap().Keys(v)
	for i := range names.List().Len() {
		name := names.List().At(i).Str()
		row := optionOf(name)
		if row == nil {
			return unknownOption(name)
		}
		x, _ := v.Field(name)
		if err := row.read(o, f, *x); err != nil {
			return err
		}
	}
	return nil
}

func optionOf(name string) *RouteOption {
	for i := range RouteOptions {
		for _, s := range RouteOptions[i].Spellings {
			if s == name {
				return &RouteOptions[i]
			}
		}
	}
	return nil
}

func unknownOption(name string) error {
	var all []string
	for _, row := range RouteOptions {
		all = append(all, row.Spellings...)
	}
	tamil, english := "'"+name+"' என்ற விருப்பம் வழிக்கு இல்லை", "a route has no option '"+name+"'"
	if best, ok := diag.Nearest(name, all); ok {
		tamil, english = tamil+"; '"+best+"'?", english+"; did you mean '"+best+"'?"
	}
	return host.Raise("route", tamil, english)
}

func readTimeout(o *routeOptions, f *vm.Fiber, v value.Value) error {
	d, err := host.Duration(f, &v)
	if err != nil {
		return err
	}
	if d <= 0 {
		return host.Raise("route", "காலக்கெடு பூஜ்ஜியத்தை விடப் பெரியதாக இருக்க வேண்டும்", "timeout must be more than 0")
	}
	o.timeout = d
	return nil
}
