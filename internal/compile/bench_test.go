package compile

import (
	"fmt"
	"strings"
	"testing"

	"etamil/internal/source/load"
)

// lines writes a program of about n lines as programs are: functions of some
// twenty lines, and top-level code that uses them.
func lines(n int) string {
	var w strings.Builder
	for i := 0; i*25 < n; i++ {
		fmt.Fprintf(&w, `செயல் கணக்கு%[1]d(அ, ஆ, பட்டி) {
    // a comment
    மொத்தம் = 0;
    ஒவ்வொரு i இல் வீச்சு(1, அ) {
        (i > %[1]d) எனில் {
            மொத்தம் = மொத்தம் + i * 18%%;
        } இன்றேல் (i == ஆ) எனில் {
            மொத்தம் = மொத்தம் - ஆ / 7;
        } இன்றேல் {
            பட்டி = இணை(பட்டி, {பெயர்: "x" & i, விலை: i * 2.50});
        }
    }
    ஒவ்வொரு r இல் பட்டி {
        (r.விலை >= 10 மற்றும் r.பெயர் != "x4") எனில் {
            r.விலை = r.விலை + 1;
            மொத்தம் = மொத்தம் + r.விலை;
        }
    }
    முயல் {
        மொத்தம் = மொத்தம் / ஆ;
    } பிழை(e) { மொத்தம் = 0; }
    திரும்பு {தொகை: மொத்தம், எண்ணிக்கை: நீளம்(பட்டி)};
}
விடை%[1]d = கணக்கு%[1]d(%[1]d, 3, []);
அச்சு "விடை: " & விடை%[1]d.தொகை;
`, i)
	}
	return w.String()
}

// topLevel writes a program of about n lines that is one long top level: the
// largest function there can be, with as many variables.
func topLevel(n int) string {
	var w strings.Builder
	for i := 0; i*5 < n; i++ {
		fmt.Fprintf(&w, `v%[1]d = %[1]d * 3 + v%[2]d;
(v%[1]d > 100) எனில் {
    v%[2]d = v%[1]d - 1;
}
அச்சு v%[2]d & " " & v%[1]d;
`, i, max(i-1, 0))
	}
	return "v0 = 1;\n" + w.String()
}

// chain writes one function of about n lines: nested, with many ways to one place.
func chain(n int) string {
	var w strings.Builder
	w.WriteString("செயல் f(x) {\n y = 0;\n")
	for i := 0; i*2 < n; i++ {
		fmt.Fprintf(&w, "(x == %d) எனில் {\n y = y + %d; } இன்றேல் ", i, i)
	}
	w.WriteString("{ y = 5; }\n திரும்பு y;\n}\nஅச்சு f(3);\n")
	return w.String()
}

func compileOnly(tb testing.TB, text string) {
	entry, err := load.Stdin(strings.NewReader(text))
	if err != nil {
		tb.Fatal(err)
	}
	r, err := Program(entry, load.NewFinder("", "", nil), Options{Lenient: true})
	if err != nil {
		tb.Fatal(err)
	}
	if r.Code == nil {
		tb.Fatal(r.Messages[0].Both())
	}
}

// The goal is that check and compile of 10,000 lines take less than 100 ms on a
// quiet machine (two cores of 2026).
func BenchmarkCompile(b *testing.B) {
	for _, c := range []struct {
		name string
		text string
	}{
		{"functions", lines(10_000)},
		{"top level", topLevel(10_000)},
		{"else if", chain(10_000)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.ReportMetric(float64(strings.Count(c.text, "\n")), "lines")
			for b.Loop() {
				compileOnly(b, c.text)
			}
		})
	}
}
