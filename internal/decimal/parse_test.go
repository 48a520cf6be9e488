package decimal

import (
	"strings"
	"testing"
)

// outcome is the stored form of what a parser answered, or its error.
func outcome(d Decimal, err error) string {
	if err != nil {
		return err.Error()
	}
	return show(d)
}

func TestParseText(t *testing.T) {
	const syntax, rng = "not a number", "number out of range"
	zeros := strings.Repeat("0", 100_000)
	for in, want := range map[string]string{
		"12.50": "12.50", " 7 ": "7", "1e2": "100", "1_0": "10", "-.5": "-0.5", "5.": "5",
		"+5": "5", "-5": "-5", ".5": "0.5", "1e3": "1000", "1_000": "1000", "0": "0",
		"x": syntax, "": syntax, "  ": syntax, "1,000": syntax, "nil": syntax, "0x10": syntax,
		"1e-30": rng, "99999999999999999999999999999999": rng,

		"\u00a0\t5\r\n": "5", "-0": "0", "-0.00": "0.00", "007": "7", "1__0": "10", "1_.5_0": "1.50",
		"1E2": "100", "1e+2": "100", "1.5e1": "15", "1.50e1": "15.0", "1.5e-1": "0.15", "10e-29": "0.0000000000000000000000000001",
		"_1": syntax, "._1": syntax, ".": syntax, "-": syntax, "+-5": syntax, "--5": syntax, "1 2": syntax,
		"1.2.3": syntax, "e5": syntax, "1e": syntax, "1e+": syntax, "1e5.0": syntax, "1e1_0": syntax, ".e1": syntax,
		"௫": syntax, "1\x00": syntax, "Infinity": syntax, "NaN": syntax, "1f": syntax,
		"1e28": "10000000000000000000000000000", "1e29": rng, "7.9e28": "79000000000000000000000000000", "8e28": rng,
		"1e99999999999999999999": rng, "1e-99999999999999999999": rng,
		"0e99999999999999999999": "0", "0e-99999999999999999999": "0.0000000000000000000000000000",
		"79228162514264337593543950335": show(Max), "-79228162514264337593543950335": show(Min),
		"79228162514264337593543950336": rng, "-79228162514264337593543950335.5": rng,
		"79228162514264337593543950335.4999": show(Max),
		"0.00000000000000000000000000005":    "0.0000000000000000000000000001",
		"9223372036854775807":                "9223372036854775807", "9223372036854775808": "9223372036854775808", "-9223372036854775808": "-9223372036854775808",
		zeros + "1": "1", "1" + zeros: rng, "1" + zeros + "e-100000": "1.0000000000000000000000000000", "0." + zeros + "1e100001": "1",
		"1." + zeros: "1.0000000000000000000000000000",
	} {
		if got := outcome(ParseText(in)); got != want {
			t.Errorf("ParseText(%.40q) = %s, want %s", in, got, want)
		}
	}
}

func TestParseLiteral(t *testing.T) {
	const syntax, rng = "not a number", "number out of range"
	for in, want := range map[string]string{
		"5": "5", "007": "7", "00.50": "0.50", "1.50": "1.50",
		"0.12345678901234567890123456789":   "0.1234567890123456789012345679",
		"1.1234567890123456789012345678901": "1.1234567890123456789012345679",
		"0.00000000000000000000000000005":   "0.0000000000000000000000000001",
		"0.00000000000000000000000000015":   "0.0000000000000000000000000002",
		"0.00000000000000000000000000025":   "0.0000000000000000000000000003",
		"0.00000000000000000000000000004":   "0.0000000000000000000000000000",
		"7.92281625142643375935439503355":   "7.922816251426433759354395034",
		"9.12345678901234567890123456789":   "9.123456789012345678901234568",
		"79228162514264337593543950335":     show(Max),
		"79228162514264337593543950335.4":   show(Max),
		"79228162514264337593543950335.5":   rng,
		"79228162514264337593543950336":     rng,
		// More digits than the scanner keeps: the rest must not tip a tie.
		"0.12345678901234567890123456784" + strings.Repeat("9", 60): "0.1234567890123456789012345678",
		"": syntax, ".5": syntax, "1.": syntax, "-5": syntax, "+5": syntax, "1e3": syntax, "1_000": syntax, "5abc": syntax, "௧": syntax, "1..2": syntax, " 1": syntax,
	} {
		if got := outcome(ParseLiteral(in)); got != want {
			t.Errorf("ParseLiteral(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestParsePercent(t *testing.T) {
	for in, want := range map[string]string{
		"18%": "0.18", "12.5%": "0.125", "12.5": "0.125", "100%": "1", "0.001%": "0.00001", "0%": "0",
		"79228162514264337593543950335%": "792281625142643375935439503.35",
		"79228162514264337593543950336%": "number out of range",
		"%":                              "not a number", "5%%": "not a number",
	} {
		if got := outcome(ParsePercent(in)); got != want {
			t.Errorf("ParsePercent(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestParseJSON(t *testing.T) {
	const syntax, rng = "not a number", "number out of range"
	for in, want := range map[string]string{
		"0": "0", "-0": "0", "-0.0": "0.0", "2.50": "2.50", "-1.5": "-1.5", "1e3": "1000", "1E-3": "0.001", "1.5e+1": "15", "100e-2": "1.00",
		"12345678901234567890.123": "12345678901234567890.123",
		"1e-30":                    "0.0000000000000000000000000000", "1e-99999999999999999999": "0.0000000000000000000000000000",
		"1e28": "10000000000000000000000000000", "1e29": rng, "-1e29": rng, "1e99999999999999999999": rng, "0e99999999999999999999": "0",
		"79228162514264337593543950335": show(Max), "79228162514264337593543950336": rng,
		"79228162514264337593543950334.5": "79228162514264337593543950334", "79228162514264337593543950335.5": rng,
		"0.00000000000000000000000000005":                                 "0.0000000000000000000000000000",
		"0.00000000000000000000000000015":                                 "0.0000000000000000000000000002",
		"0.00000000000000000000000000005" + strings.Repeat("0", 70) + "1": "0.0000000000000000000000000001",
		"1" + strings.Repeat("0", 70) + "e-60":                            "10000000000.000000000000000000",
		"":                                                                syntax, "-": syntax, "+1": syntax, "01": syntax, "-01": syntax, "00": syntax, "1.": syntax, ".5": syntax, "-.5": syntax, "1_0": syntax,
		"1e": syntax, "1e+": syntax, "1.e1": syntax, "0x1": syntax, " 1": syntax, "1 ": syntax, "1.5.5": syntax, "--1": syntax, "NaN": syntax, "１": syntax,
	} {
		if got := outcome(ParseJSON([]byte(in))); got != want {
			t.Errorf("ParseJSON(%.40q) = %s, want %s", in, got, want)
		}
	}
}

func TestFloat(t *testing.T) {
	for _, c := range []struct {
		f    float64
		want string
	}{
		{0.1, "0.1"}, {-2.5, "-2.5"}, {1e21, "1000000000000000000000"}, {1e-28, "0.0000000000000000000000000001"},
		{1e-29, "0"}, {5e-324, "0"}, {123456789.125, "123456789.125"}, {0, "0"},
	} {
		if d, ok := FromFloat64(c.f); !ok || d.String() != c.want {
			t.Errorf("FromFloat64(%v) = %v, %v, want %s", c.f, d, ok, c.want)
		}
	}
	zero := 0.0
	for _, f := range []float64{1e29, -1e300, 1 / zero, -1 / zero, zero / zero} {
		if d, ok := FromFloat64(f); ok {
			t.Errorf("FromFloat64(%v) = %v", f, d)
		}
	}
}
