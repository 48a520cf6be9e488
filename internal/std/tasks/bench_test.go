package tasks_test

import (
	"fmt"
	"testing"

	"etamil/internal/script/scripttest"
	"etamil/vm"
)

// BenchmarkSpawn starts and awaits b.N tasks; BenchmarkChannel sends and receives b.N
// values. Compiling is part of the time, so b.N must be large.
func BenchmarkSpawn(b *testing.B) {
	measure(b, `பணி f(a, b) { திரும்பு a + b; } செயல் g(n) { s = 0; ஒவ்வொரு i இல் வீச்சு(1, n) { த = தொடங்கு f(s, i); s = காத்திரு த; } அச்சு s; } g(%d);`)
}

func BenchmarkChannel(b *testing.B) {
	measure(b, `செயல் g(n) { வ = வாய்க்கால்(64); தொடங்கு { ஒவ்வொரு i இல் வீச்சு(1, n) { வ.send(i); } வ.close(); } x = வ.receive(); (x != nil) சுற்று { x = வ.receive(); } } g(%d);`)
}

func measure(b *testing.B, program string) {
	got := scripttest.Run(b, fmt.Sprintf(program, b.N), scripttest.Options{Limits: vm.Limits{Steps: 1 << 40}})
	if got.Err != nil {
		b.Fatal(got.Said())
	}
}
