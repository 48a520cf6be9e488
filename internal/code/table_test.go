package code

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the files that are made from the table")

func TestTable(t *testing.T) {
	names := map[string]bool{}
	for op := range NumOps {
		row := &Table[op]
		if row.Op != op {
			t.Errorf("row %d says it is %d", op, row.Op)
		}
		if row.Name == "" || names[row.Name] || strings.ContainsAny(row.Name, " ,:;") {
			t.Errorf("row %d has the name %q", op, row.Name)
		}
		names[row.Name] = true
		if row.Meaning == "" {
			t.Errorf("%s means nothing", row.Name)
		}
		if _, ok := windows[row.Window]; !ok {
			t.Errorf("%s uses the unknown window %q", row.Name, row.Window)
		}
		if row.BC != 0 && (row.B != 0 || row.C != 0) || row.BC == 0 && (row.B == 0 || row.C == 0) {
			t.Errorf("%s has B, C and BC", row.Name)
		}
		for _, shape := range []byte{row.A, row.B, row.C, row.D, row.BC} {
			if !strings.ContainsRune("\x00rwuhknjfbgxlsi-", rune(shape)) {
				t.Errorf("%s has an operand of shape %q", row.Name, shape)
			}
		}
	}
}

// TestOperands makes each instruction with operands at random and takes it apart again.
func TestOperands(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	pick := func(shape byte, bits int) int {
		switch {
		case shape == '-' || shape == 0:
			return 0
		case scaled(shape) && bits == 16:
			return rnd.IntN(1 << 12)
		case scaled(shape):
			return rnd.IntN(1 << 27)
		case signed(shape):
			return rnd.IntN(1<<bits) - 1<<(bits-1)
		}
		return rnd.IntN(1 << min(bits, 31))
	}
	for op := range NumOps {
		row := &Table[op]
		for range 200 {
			var in Instr
			want := Operands{D: pick(row.D, 8), A: pick(row.A, 16), B: pick(row.B, 16), C: pick(row.C, 16), BC: pick(row.BC, 32)}
			if row.BC != 0 {
				in = MakeBC(op, want.A, want.BC)
			} else {
				in = Make(op, want.D, want.A, want.B, want.C)
			}
			got, ok := in.Operands()
			if !ok || got != want || in.Op() != op {
				t.Fatalf("%s: made of %+v, read as %+v %v", row.Name, want, got, ok)
			}
			if off, ok := in.Jump(); ok {
				if again := in.WithJump(off); again != in {
					t.Fatalf("%s: %#x with its own jump is %#x", row.Name, in, again)
				}
			}
		}
	}
}

func TestMakeRefuses(t *testing.T) {
	for name, f := range map[string]func(){
		"register too high":  func() { Make(OpMove, 0, 4096, 0, 0) },
		"negative register":  func() { Make(OpMove, 0, -1, 0, 0) },
		"unused operand":     func() { Make(OpMove, 0, 1, 2, 3) },
		"jump too far":       func() { Make(OpJLt, 0, 1, 2, 1<<15) },
		"count too high":     func() { Make(OpCall, 256, 1, 2, 0) },
		"BC for B":           func() { MakeBC(OpMove, 1, 2) },
		"B for BC":           func() { Make(OpLoadK, 0, 1, 2, 0) },
		"constant too high":  func() { MakeBC(OpLoadK, 0, 1<<27) },
		"step out of 8 bits": func() { Make(OpForLt, 128, 0, 0, 0) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: nothing was refused", name)
				}
			}()
			f()
		}()
	}
}

func TestFilesAreFresh(t *testing.T) {
	for name, want := range Files() {
		path := filepath.Join("..", "..", filepath.FromSlash(name))
		if *update {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs from the table: go test ./internal/code -update", name)
		}
	}
}
