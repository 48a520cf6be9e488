//go:build !core

package db_test

import (
	"os"
	"sync"
	"testing"

	"etamil/internal/db/dbtest"
)

// servers are the databases that can go away.
var servers = map[string]func(testing.TB, ...string) *dbtest.Server{
	"postgres": dbtest.Postgres, "mysql": dbtest.MariaDB,
}

// shared is a server of that kind for all tests that do not stop it.
var shared = func() func(t testing.TB, name string) *dbtest.Server {
	var mu sync.Mutex
	running := map[string]*dbtest.Server{}
	return func(t testing.TB, name string) *dbtest.Server {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		if running[name] == nil {
			lasting.TB = t
			running[name] = servers[name](lasting)
		}
		return running[name]
	}
}()

var lasting = &dbtest.Lasting{}

func TestMain(m *testing.M) {
	status := m.Run()
	lasting.End()
	os.Exit(status)
}

// The databases of the suite that are servers. ./test --core leaves them out.
func init() {
	for _, name := range []string{"postgres", "mysql"} {
		kindsOfDatabase = append(kindsOfDatabase, kind{name, func(t *testing.T) func(*testing.T) string {
			s := shared(t, name)
			return func(*testing.T) string { return s.URL }
		}})
	}
	kindsOfDatabase = append(kindsOfDatabase, kind{"postgres on a loop", func(t *testing.T) func(*testing.T) string {
		s := shared(t, "postgres")
		return func(*testing.T) string { return s.URL + onLoop }
	}})
}

// TestMySQLStreamHasItsConnection: in a transaction of MySQL's, another statement is told that rows are still coming.
func TestMySQLStreamHasItsConnection(t *testing.T) {
	s := shared(t, "mysql")
	got, err := runOn(t, s.URL, `
குறி.transaction(செயல்(தளம்) {
	முயல் {
		தளம்.stream("SELECT seq FROM seq_1_to_100000", செயல்(r) { தளம்.query("SELECT 1"); });
	} பிழை(e) { அச்சு e.code; }
	அச்சு தளம்.one("SELECT 7 AS n").n;
});
`)
	if want := "db.busy\n7\n"; err != nil || got != want {
		t.Errorf("printed %q, %v", got, err)
	}
}
