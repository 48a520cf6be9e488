package crypto_test

import (
	"encoding/base64"
	"regexp"
	"strings"
	"testing"
	"time"

	"etamil/internal/std/crypto"
	"etamil/internal/std/host/hosttest"
	"etamil/internal/value"
)

type list = []any

func TestDigests(t *testing.T) {
	k := hosttest.New(t, crypto.Bind)
	const mac = "88aab3ede8d3adf94d26ab90d3bafd4a2083070c3bcce9c014ee04a443847c0b"
	k.Run([]hosttest.Check{
		{"sign", list{"secret", "hello"}, mac},
		{"verifySignature", list{"secret", "hello", " " + strings.ToUpper(mac) + "\n"}, "true"},
		{"verifySignature", list{"secret", "hello", mac[:62]}, "false"},
		{"verifySignature", list{"secret", "hellO", mac}, "false"},
		{"verifySignature", list{"secret", "hello", "x"}, "false"},
		{"sha256", list{""}, "[227, 176, 196, 66, 152, 252, 28, 20, 154, 251, 244, 200, 153, 111, 185, 36, 39, 174, 65, 228, 100, 155, 147, 76, 164, 149, 153, 27, 120, 82, 184, 85]"},
		{"sign", list{"k", 5}, k.Show("sign", "k", "5")},
	})
	if k.Show("sha256", []byte("abc")) != k.Show("sha256", "abc") {
		t.Error("bytes and text of the same bytes have different digests")
	}
}

func TestRandom(t *testing.T) {
	k := hosttest.New(t, crypto.Bind)
	seen := map[string]bool{}
	for range 300 {
		seen[k.Show("random", 1, 6)] = true
	}
	for _, n := range []string{"1", "2", "3", "4", "5", "6"} {
		if !seen[n] {
			t.Errorf("%s never came in 300 throws", n)
		}
	}
	if len(seen) != 6 {
		t.Errorf("throws of a die: %v", seen)
	}
	k.Run([]hosttest.Check{
		{"random", list{5, 5}, "5"},
		{"random", list{6, 5}, "error: argument"},
		{"random", list{hosttest.Number("0.5"), 5}, "error: argument"},
		{"randomBytes", list{0}, "error: argument"},
		{"randomBytes", list{1025}, "error: argument"},
	})
	v, err := k.Call("randomBytes", k.Value(1024))
	if err != nil || v.List().Len() != 1024 {
		t.Errorf("randomBytes(1024): %v", err)
	}
	if a, b := k.Show("encryptionKey"), k.Show("encryptionKey"); a == b || len(a) != 43 {
		t.Errorf("passphrases %s and %s", a, b)
	}
}

func TestIDs(t *testing.T) {
	k := hosttest.New(t, crypto.Bind)
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	k.Now = time.UnixMilli(0x0123456789ab)
	last := ""
	for i := range 10_000 { // more than 12 bits count, with the clock standing still
		id := k.Show("uuid")
		if !form.MatchString(id) || id <= last {
			t.Fatalf("id %d is %s after %s", i, id, last)
		}
		if i == 0 && !strings.HasPrefix(id, "01234567-89ab-7") {
			t.Errorf("the id %s does not begin with the time", id)
		}
		last = id
	}
	k.Now = k.Now.Add(-time.Second)
	if id := k.Show("uuid"); id <= last {
		t.Errorf("the clock went back a second, and the id from %s to %s", last, id)
	}
}

func TestCurve(t *testing.T) {
	k := hosttest.New(t, crypto.Bind)
	pair, err := k.Call("keyPair")
	if err != nil {
		t.Fatal(err)
	}
	pair = k.Keep(pair)
	field := func(name string) string {
		f, ok := pair.Field(name)
		if !ok {
			t.Fatalf("no %s in %s", name, k.Render(pair))
		}
		return f.Clone()
	}
	private, public := field("தனி"), field("பொது")
	result := func(id string, args ...any) value.Value {
		v, err := k.Call(id, k.Values(args...)...)
		if err != nil || !v.IsOk() {
			t.Fatalf("%s = %s, %v", id, k.Render(v), err)
		}
		return k.Keep(*v.Inner())
	}
	if pub := result("publicKey", private); pub.Str() != public || len(public) != 130 || !strings.HasPrefix(public, "04") {
		t.Errorf("publicKey = %s, the pair has %s", pub.Str(), public)
	}
	v := result("ecSign", "செய்தி", private)
	der := v.Clone()
	k.Run([]hosttest.Check{
		{"ecVerify", list{"செய்தி", der, public}, "சரி(true)"},
		{"ecVerify", list{"வேறு", der, public}, "சரி(false)"},
		{"ecVerify", list{"செய்தி", "3000", public}, "சரி(false)"},
		{"ecVerify", list{"செய்தி", der[:40], public}, "சரி(false)"},
	})
	fixed := result("ecSignFixed", "செய்தி", private)
	if fixed.List().Len() != 64 {
		t.Fatalf("a fixed signature of %d bytes", fixed.List().Len())
	}
	k.Run([]hosttest.Check{
		{"ecVerifyFixed", list{"செய்தி", fixed, public}, "true"},
		{"ecVerifyFixed", list{"வேறு", fixed, public}, "false"},
		{"ecVerifyFixed", list{"செய்தி", list{1, 2}, public}, "false"},
		{"ecVerifyFixed", list{"செய்தி", list{300}, public}, "false"},
	})
	zero, high := strings.Repeat("00", 32), strings.Repeat("ff", 32)
	for _, c := range []struct {
		id   string
		args list
	}{
		{"publicKey", list{"zz"}}, {"publicKey", list{""}}, {"publicKey", list{zero}}, {"publicKey", list{high}}, {"publicKey", list{private + "00"}},
		{"ecSign", list{"m", "zz"}}, {"ecSignFixed", list{"m", zero}},
		{"ecVerify", list{"m", der, "zz"}}, {"ecVerify", list{"m", "zz", public}}, {"ecVerify", list{"m", der, "04" + high + high}},
		{"ecVerifyFixed", list{"m", fixed, "zz"}},
	} {
		if got := k.Show(c.id, c.args...); !strings.HasPrefix(got, "தவறு(") {
			t.Errorf("%s%.60v = %s, want a failure", c.id, c.args, got)
		}
	}
}

func TestSeals(t *testing.T) {
	k := hosttest.New(t, crypto.Bind)
	one, two := k.Show("encrypt", "இரகசியம்", "விசை"), k.Show("encrypt", "இரகசியம்", "விசை")
	if one == two {
		t.Error("the same text sealed twice looks the same")
	}
	if got := k.Show("decrypt", one, "விசை"); got != "சரி(இரகசியம்)" {
		t.Errorf("decrypt = %s", got)
	}
	raw, err := base64.StdEncoding.DecodeString(one)
	if err != nil {
		t.Fatal(err)
	}
	bad := list{"", "x", "AQ==", one[:20], base64.StdEncoding.EncodeToString(raw[:len(raw)-1])}
	for _, at := range []int{0, 1, 20, len(raw) - 1} {
		b := append([]byte(nil), raw...)
		b[at] ^= 1
		bad = append(bad, base64.StdEncoding.EncodeToString(b))
	}
	for _, s := range bad {
		if got := k.Show("decrypt", s, "விசை"); !strings.HasPrefix(got, "தவறு(") {
			t.Errorf("decrypt(%.60v) = %s, want a failure", s, got)
		}
	}
	if got := k.Show("decrypt", one, "வேறு"); !strings.HasPrefix(got, "தவறு(") {
		t.Errorf("a wrong passphrase opens it: %s", got)
	}
}
