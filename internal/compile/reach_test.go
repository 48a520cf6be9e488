package compile

import (
	"strings"
	"testing"

	"etamil/internal/code"
	"etamil/internal/nulakam"
	"etamil/internal/source/load"
)

// What a program doesn't use of the library and of the prelude is not in its code; what it uses
// is, also through other functions, as a value, and as what a member may mean.
func TestUnusedIsDropped(t *testing.T) {
	for _, c := range []struct {
		text          string
		there, absent []string
	}{
		{"இறக்கு \"nUlakam/kaNakkiyal/pErEtu.qmz\";\nஅச்சு கணக்கு_இருப்பு([], \"1\", \"சொத்து\");", []string{"கணக்கு_இருப்பு", "_பே_இருப்பு", "பற்று_இயல்பா"}, []string{"பதிவிடு", "கணக்கு_பதிவுகள்"}},
		{"இறக்கு \"nUlakam/kaNakkiyal/pErEtu.qmz\";\nf = பதிவிடு;\nஅச்சு f([], {வரிசைகள்: []});", []string{"பதிவிடு"}, []string{"கணக்கு_இருப்பு"}},
		{"இறக்கு \"nUlakam/kaNakkiyal/pErEtu.qmz\" என பே;\nஅச்சு பே.மொத்த_பற்று([]);", []string{"மொத்த_பற்று"}, []string{"மொத்த_வரவு"}},
		{"இறக்கு \"nUlakam/aNi.qmz\";\nஅச்சு 1;", nil, []string{"வரிசையாக்கு", "databaseTransaction_3"}},
		{"அச்சு வரிசையாக்கு([2, 1], செயல்(a, b) { திரும்பு a < b; });", []string{"வரிசையாக்கு"}, []string{"databaseTransaction_3", "வடிகட்டு"}},
		{"அச்சு [2, 1].map(செயல்(a) { திரும்பு a; });", []string{"databaseTransaction_3", "வரிசையாக்கு"}, nil},
		{"செயல் f() { திரும்பு 1; }\nஅச்சு 2;", []string{"f"}, nil},
	} {
		entry, err := load.Stdin(strings.NewReader(c.text))
		if err != nil {
			t.Fatal(err)
		}
		r, err := Program(entry, load.NewFinder("", "", nulakam.Files()), Options{Verify: true})
		if err != nil {
			t.Fatal(err)
		}
		if r.Code == nil {
			t.Fatalf("%s\n%s", c.text, r.Messages[0].Both())
		}
		has := map[string]bool{}
		for _, f := range r.Code.Funcs {
			ops := len(f.Code)
			has[f.Name] = has[f.Name] || ops > 2 || f.Code[0].Op() != code.OpLoadNil
		}
		for _, name := range c.there {
			if !has[name] {
				t.Errorf("%s\n%s is not there", c.text, name)
			}
		}
		for _, name := range c.absent {
			if has[name] {
				t.Errorf("%s\n%s is there", c.text, name)
			}
		}
	}
}
