package cache_test

import (
	"fmt"
	"syscall"
	"testing"

	"etamil/internal/db/dbtest"
	"etamil/internal/script/scripttest"
	"etamil/internal/std/cache"
	"etamil/vm"
)

// What one call costs inside a running program, the loop around it included. Compiling is part
// of the time, so b.N must be large.
func measure(b *testing.B, o cache.Options, first, call string) {
	s := service(b, o)
	program := fmt.Sprintf(`%s செயல் g(n) { ஒவ்வொரு i இல் வீச்சு(1, n) { x = %s; } } g(%d);`, first, call, b.N)
	before := cpu(b)
	got := scripttest.Run(b, program, scripttest.Options{Limits: vm.Limits{Steps: 1 << 40}, More: s.Bind})
	b.ReportMetric(float64(cpu(b)-before)/float64(b.N), "cpu-ns/op")
	if got.Err != nil {
		b.Fatal(got.Said())
	}
}

// cpu is the processor's time that this process has had, in nanoseconds: on a machine that
// others use too, it says more than a clock.
func cpu(b *testing.B) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

const record = `cache.set("பொருள்:17", {id: 17, பெயர்: "அரிசி", விலை: 62.50, வகை: ["தானியம்", "உணவு"]});`

func BenchmarkLoop(b *testing.B) { measure(b, cache.Options{}, "", `i`) }
func BenchmarkGetRecord(b *testing.B) {
	measure(b, cache.Options{}, record, `cache.get("பொருள்:17")`)
}
func BenchmarkGetField(b *testing.B) {
	measure(b, cache.Options{}, record, `cache.get("பொருள்:17").விலை`)
}
func BenchmarkGetNumber(b *testing.B) {
	measure(b, cache.Options{}, `cache.set("n", 5);`, `cache.get("n")`)
}
func BenchmarkGetNothing(b *testing.B) { measure(b, cache.Options{}, "", `cache.get("n")`) }
func BenchmarkRemember(b *testing.B) {
	measure(b, cache.Options{}, `செயல் f() { திரும்பு {x: 1}; }`, `cache.remember("n", 600, f)`)
}
func BenchmarkSetRecord(b *testing.B) {
	measure(b, cache.Options{}, "", `cache.set("n", {id: i, a: "அரிசி"}, 60)`)
}
func BenchmarkIncrement(b *testing.B) { measure(b, cache.Options{}, "", `cache.increment("n")`) }

func BenchmarkRedisGet(b *testing.B) {
	measure(b, cache.Options{URL: dbtest.Redis(b).URL}, record, `cache.get("பொருள்:17")`)
}
