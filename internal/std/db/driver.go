package db

import (
	"context"
	"errors"
	"strings"

	"etamil/internal/db"
	"etamil/internal/db/mysql"
	"etamil/internal/db/postgres"
	"etamil/internal/db/sqlite"
	"etamil/internal/std/host"
)

// driver is a kind of database.
type driver struct {
	name    string
	words   []string // of the language
	schemes []string // of URLs; lower case is what schemes are
	key     func(source string) string
	fit     func(source string) error                                          // nil: any will do
	open    func(s *Service, source string, o db.Options) (db.Database, error) // it may block
}

// drivers are all kinds that there are.
var drivers = []*driver{
	{
		name:    "SQLite",
		words:   []string{"சீகுலைட்", "cIkulYt", "_SQLite", "கவி_மொழி", "kavi_mozi", "_SQL"},
		schemes: []string{"sqlite", "file"},
		key:     sqlite.KeyOf,
		open:    openFile,
	},
	{
		name:    "PostgreSQL",
		words:   []string{"போச்குரசீகுல்", "pOckuracIkul", "_PostgreSQL"},
		schemes: []string{"postgres", "postgresql"},
		key:     postgres.KeyOf,
		fit:     postgres.Fit,
		open: func(_ *Service, source string, o db.Options) (db.Database, error) {
			d, err := postgres.Open(context.Background(), source, o)
			if err != nil {
				return nil, err
			}
			return d, nil
		},
	},
	{
		name:    "MySQL",
		words:   []string{"மைசீகுல்", "mYcIkul", "_MySQL"},
		schemes: []string{"mysql", "mariadb"},
		key:     mysql.KeyOf,
		fit:     mysql.Fit,
		open: func(_ *Service, source string, o db.Options) (db.Database, error) {
			d, err := mysql.Open(context.Background(), source, o)
			if err != nil {
				return nil, err
			}
			return d, nil
		},
	},
}

// driverOf is the kind of database of a word.
func driverOf(word string) (*driver, error) {
	for _, d := range drivers {
		for _, w := range d.words {
			if w == word {
				return d, nil
			}
		}
	}
	return nil, errUnsupported(word)
}

// wordOf is the word of the kind of database that a URL is of; what is no URL is a file.
func wordOf(source string) (string, error) {
	scheme, _, ok := strings.Cut(source, "://")
	if !ok {
		return drivers[0].words[0], nil
	}
	for _, d := range drivers {
		for _, s := range d.schemes {
			if s == strings.ToLower(scheme) {
				return d.words[0], nil
			}
		}
	}
	return "", errUnsupported(scheme)
}

// errUnsupported is the answer to words of databases that aren't there.
func errUnsupported(word string) error {
	return host.Raise("db.unsupported", "'"+word+"' தரவுதளம் இல்லை; உள்ளவை: "+names(), "there is no database '"+word+"'; there are "+names())
}

// names are the kinds that there are.
func names() string {
	var have []string
	for _, d := range drivers {
		have = append(have, d.name)
	}
	return strings.Join(have, ", ")
}

// fileOptions are a file's, whose writer is waited for as long as the request lives unless a program says otherwise of a pool of its own: the settings are of servers.
func fileOptions(own db.Options) db.Options {
	return db.Options{Acquire: own.Acquire, Query: own.Query}
}

// openFile opens the file behind source, or one in memory that is known by its name. Of the options only times count: see fileOptions.
func openFile(s *Service, source string, o db.Options) (db.Database, error) {
	open := sqlite.Open
	if s.inMemory && !strings.HasPrefix(source, "file:") {
		open = sqlite.OpenMemory
	}
	d, err := open(source)
	if err != nil {
		return nil, err // and not a nil *Database
	}
	d.Limit(o.Acquire, o.Query)
	return d, nil
}

// Open opens the database of a URL or file by itself, for commands. kind is its driver's name.
func Open(source string, o db.Options) (d db.Database, kind string, err error) {
	d, kind, err = OpenPlain(source, o)
	return d, kind, databaseError(err)
}

// OpenPlain is Open with the driver's own errors, for those who ask them what they are.
func OpenPlain(source string, o db.Options) (d db.Database, kind string, err error) {
	if source == "" {
		source = DefaultSource
	}
	word, err := wordOf(source)
	if err != nil {
		return nil, "", err
	}
	k, err := driverOf(word)
	if err != nil {
		return nil, "", err
	}
	if k == drivers[0] {
		o = db.Options{}
	}
	d, err = k.open(&Service{}, source, o)
	return d, k.name, err
}

// Fit reports why a URL can't be one of a database, in Tamil and English, without asking any server;
// ok: it can.
func Fit(source string) (tamil, english string, ok bool) {
	word, err := wordOf(source)
	if err == nil {
		var k *driver
		if k, err = driverOf(word); err == nil && k.fit != nil {
			err = k.fit(source)
		}
	}
	var e *db.Error
	switch {
	case err == nil:
		return "", "", true
	case errors.As(err, &e):
		return "தரவுதளத்தின் முகவரி தவறு", "this is no address of a database: " + e.Text, false
	}
	scheme, _, _ := strings.Cut(source, "://")
	return "'" + scheme + "' தரவுதளம் இல்லை; உள்ளவை: " + names(), "there is no database '" + scheme + "'; there are " + names(), false
}

// KindOf is the name of the driver of a URL or file; "" if there is none.
func KindOf(source string) string {
	word, err := wordOf(source)
	if err != nil {
		return ""
	}
	k, err := driverOf(word)
	if err != nil {
		return ""
	}
	return k.name
}

// DialectOf is how the database of a driver quotes.
func DialectOf(kind string) *db.Dialect {
	switch kind {
	case "PostgreSQL":
		return &db.PostgreSQL
	case "MySQL":
		return &db.MySQL
	}
	return &db.SQLite
}

// Say is what people are told of a database's error: its own words, or ours in Tamil and English.
func Say(err error) string {
	var e *db.Error
	if errors.As(err, &e) && e.Text == "" {
		return e.Tamil + "  (" + e.English + ")"
	}
	return host.Both(sentence.tamil, sentence.english+": "+host.Valid(err.Error()))
}
