package db_test

import (
	_ "embed"
	"testing"

	"etamil/vm"
)

// example3 is the third example of the document that the language comes from, to the letter.
//
//go:embed testdata/example3.qmz
var example3 string

// TestSeedExample runs it on every database: DATABASE_URL chooses, though the example names a driver.
func TestSeedExample(t *testing.T) {
	for _, k := range kindsOfDatabase {
		t.Run(k.name, func(t *testing.T) {
			url := k.open(t)(t)
			if _, err := runOn(t, url, `
குறி.execute("DROP TABLE IF EXISTS users");
குறி.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(40))");
குறி.execute("INSERT INTO users VALUES (1, 'கயல்'), (2, 'ராதா'), (3, 'வேலன்')");`); err != nil {
				t.Fatal(err)
			}
			ask := func(id string) (string, *vm.Error) {
				return runOn(t, url, "user_id = "+id+";\n"+example3+"\nஅச்சு पयोक्ता;")
			}
			const radha = "[{id: 2, name: ராதா}]\n"
			for id, want := range map[string]string{"2": radha, "9": "[]\n"} {
				if got, err := ask(id); err != nil || got != want {
					t.Errorf("user_id %s: printed %q %v, want %q", id, got, err, want)
				}
			}
			// A text is no whole number: the database says so, or finds nobody, or takes the 2.
			got, err := ask(`"2 OR 1 = 1"`)
			if refused := err != nil && err.Code == "db.error"; !refused && got != "[]\n" && got != radha {
				t.Errorf("injected: printed %q %v", got, err)
			}
		})
	}
}
