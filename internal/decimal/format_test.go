package decimal

import "testing"

func TestAppend(t *testing.T) {
	for _, c := range []struct{ in, printed, stored string }{
		{"1.50", "1.5", "1.50"}, {"100.00", "100", "100.00"}, {"100", "100", "100"}, {"0.00", "0", "0.00"}, {"-0.0", "0", "0.0"},
		{"-0.05", "-0.05", "-0.05"}, {"1000", "1000", "1000"}, {"0.0000000000000000000000000001", "0.0000000000000000000000000001", "0.0000000000000000000000000001"},
		{"-7.9228162514264337593543950335", "-7.9228162514264337593543950335", "-7.9228162514264337593543950335"},
		{"79228162514264337593543950335", "79228162514264337593543950335", "79228162514264337593543950335"},
		{"10000000000000000000.00", "10000000000000000000", "10000000000000000000.00"},
	} {
		d := parse(t, c.in)
		if got := string(d.Append([]byte("x="))); got != "x="+c.printed {
			t.Errorf("Append(%s) = %s", c.in, got)
		}
		if got := string(d.AppendStored([]byte("x="))); got != "x="+c.stored {
			t.Errorf("AppendStored(%s) = %s", c.in, got)
		}
	}
}

func TestAppendGrouped(t *testing.T) {
	for _, c := range []struct {
		in              string
		places          int
		indian, western string
	}{
		{"12345678", 2, "1,23,45,678.00", "12,345,678.00"},
		{"-1234567.895", 2, "-12,34,567.90", "-1,234,567.90"},
		{"123", 0, "123", "123"}, {"1234", 0, "1,234", "1,234"}, {"12345", 0, "12,345", "12,345"},
		{"123456", 0, "1,23,456", "123,456"}, {"1234567", 0, "12,34,567", "1,234,567"},
		{"999.995", 2, "1,000.00", "1,000.00"}, {"-0.004", 2, "0.00", "0.00"}, {"0", 3, "0.000", "0.000"}, {"5.5", 0, "6", "6"},
		{"1.5", -1, "2", "2"}, {"1.5", 99, "1.5000000000000000000000000000", "1.5000000000000000000000000000"},
		{"79228162514264337593543950335", 2, "79,22,81,62,51,42,64,33,75,93,54,39,50,335.00", "79,228,162,514,264,337,593,543,950,335.00"},
	} {
		d := parse(t, c.in)
		if got := string(AppendGrouped(nil, d, c.places, Indian)); got != c.indian {
			t.Errorf("Indian %s: %s, want %s", c.in, got, c.indian)
		}
		if got := string(AppendGrouped(nil, d, c.places, Western)); got != c.western {
			t.Errorf("Western %s: %s, want %s", c.in, got, c.western)
		}
	}
	if got := string(AppendFixed([]byte("₹"), New(-12345, 3), 2)); got != "₹-12.35" {
		t.Errorf("AppendFixed: %s", got)
	}
}

// TestAppendSmall compares the quick way with the one for all.
func TestAppendSmall(t *testing.T) {
	buf := make([]byte, 0, 64)
	check := func(n int64, scale int) {
		t.Helper()
		d := Decimal{uint64(n), uint64(scale)}
		want := string(d.appendText(nil, false))
		if got := string(d.AppendStored(nil)); got != want {
			t.Fatalf("%d at scale %d: %q, want %q", n, scale, got, want)
		}
		if got := string(d.AppendStored(append(buf, 'x'))); got != "x"+want {
			t.Fatalf("%d at scale %d behind something: %q, want %q", n, scale, got, want)
		}
	}
	for scale := range MaxScale + 1 {
		check(0, scale)
		for p := int64(1); p > 0 && p <= 1e18; p *= 10 {
			for _, n := range []int64{p - 1, p, p + 1, 5 * (p / 10), 9 * (p / 10), 12 * (p / 100)} {
				check(n, scale)
				check(-n, scale)
			}
		}
		for s := range 64 {
			for _, n := range []int64{1<<s - 1, 1 << s, -1 << s} {
				check(n, scale)
			}
		}
	}
}
