//go:build !core

package migrate_test

import (
	"context"
	"testing"
	"time"

	"etamil/internal/db"
	"etamil/internal/db/dbtest"
	"etamil/internal/db/migrate"
	"etamil/internal/db/mysql"
	"etamil/internal/db/postgres"
)

// TestLockIsAnothers: nothing is done without the lock, also when another instance has it for longer than anybody waits.
func TestLockIsAnothers(t *testing.T) {
	defer migrate.SetLockTime(2 * time.Second)()
	o := db.Defaults
	o.Lanes = 0
	for kind, open := range map[migrate.Kind]func() (db.Database, error){
		migrate.PostgreSQL: func() (db.Database, error) { return postgres.Open(context.Background(), dbtest.Postgres(t).URL, o) },
		migrate.MySQL:      func() (db.Database, error) { return mysql.Open(context.Background(), dbtest.MariaDB(t).URL, o) },
	} {
		d, err := open()
		if err != nil {
			t.Fatal(err)
		}
		first, err := migrate.Open(context.Background(), d, kind)
		if err != nil {
			t.Fatal(err)
		}
		if second, err := migrate.Open(context.Background(), d, kind); err == nil {
			t.Errorf("%s: two have the lock", kind)
			second.Close()
		}
		first.Close()
		third, err := migrate.Open(context.Background(), d, kind)
		if err != nil {
			t.Fatal(err)
		}
		third.Close()
		d.Close()
		d.Wait()
	}
}
