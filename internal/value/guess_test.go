package value

import (
	"math/rand/v2"
	"strconv"
	"testing"
)

// Where a key was found last is a guess: records that hold the same texts at other places, lose them,
// grow and move find each where it is, or not at all.
func TestKeysAreGuessed(t *testing.T) {
	h := NewHeap(new(Pool), 0)
	r := rand.New(rand.NewPCG(3, 4))
	keys := make([]Value, 600) // more than there are guesses
	for i := range keys {
		keys[i] = h.NewText("k" + strconv.Itoa(i))
		Share(&keys[i])
	}
	recs := []Value{h.NewDict(0), h.NewDict(4), h.NewDict(900)}
	want := make([]map[int]int, len(recs))
	for i := range want {
		want[i] = map[int]int{}
	}
	for turn := range 60_000 {
		which, k := r.IntN(len(recs)), r.IntN(len(keys))
		if turn%3 > 0 {
			k %= 20
		}
		rec, key := &recs[which], &keys[k]
		switch n := r.IntN(8); {
		case n < 2:
			h.SetKey(rec, key, Int(turn))
			want[which][k] = turn
		case n == 2:
			h.RemoveField(rec, key.Str())
			delete(want[which], k)
		case turn%5000 == 0:
			h.Collect(keys, recs)
		}
		x, ok := h.GetKey(rec, key)
		if n, there := want[which][k]; ok != there || ok && *x != Int(n) {
			t.Fatalf("turn %d: record %d has %v at %s, want %d, %v", turn, which, x, key.Str(), n, there)
		}
	}
}
