package mysql

import (
	"context"
	"errors"
	"net"
	"net/url"
	"strings"

	"github.com/go-sql-driver/mysql"

	"etamil/internal/db"
)

// Database is what one URL leads to. It is safe for concurrent use.
type Database struct {
	*db.Server[*conn]
	config *mysql.Config
}

// configOf reads mysql://user:password@host:port/database?tls=true, or the driver's own way
// of writing it.
func configOf(source string) (*mysql.Config, error) {
	c, err := parse(source)
	if err != nil {
		return nil, &db.Error{Code: db.CodeOpen, Text: err.Error()}
	}
	return c, nil
}

// Fit reports why Open could not even try that source.
func Fit(source string) error {
	_, err := configOf(source)
	return err
}

func parse(source string) (*mysql.Config, error) {
	scheme, rest, ok := strings.Cut(source, "://")
	if !ok {
		return mysql.ParseDSN(source)
	}
	u, err := url.Parse("mysql://" + rest)
	if err != nil {
		var bad *url.Error // it repeats the URL, with its password
		if errors.As(err, &bad) {
			err = bad.Err
		}
		return nil, errors.New(scheme + "://…: " + err.Error())
	}
	// The options are read by the driver; the rest may hold signs that its own way can't.
	c, err := mysql.ParseDSN("/?" + u.RawQuery)
	if err != nil {
		return nil, err
	}
	c.Net, c.Addr = "tcp", u.Host
	if u.Port() == "" {
		c.Addr = net.JoinHostPort(u.Hostname(), "3306")
	}
	if u.Hostname() == "" {
		c.Addr = "127.0.0.1:3306"
	}
	c.User = u.User.Username()
	c.Passwd, _ = u.User.Password()
	c.DBName = strings.TrimPrefix(u.Path, "/")
	return c, nil
}

// sqlMode is how the server reads SQL, whatever its own settings say: || joins texts, as in
// every other database, and what does not fit its column is an error. Backslashes escape and
// "x" is a text, as db.MySQL reads SQL.
const sqlMode = "'PIPES_AS_CONCAT,ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'"

// Open connects to the server that source names, and reports if that can't be done. It blocks.
func Open(ctx context.Context, source string, o db.Options) (*Database, error) {
	c, err := configOf(source)
	if err != nil {
		return nil, err
	}
	c.ClientFoundRows = true // an UPDATE counts its rows, whether they were the same before or not
	c.MultiStatements, c.InterpolateParams, c.ParseTime = false, false, false
	c.Logger = &mysql.NopLogger{}
	if c.Params == nil {
		c.Params = map[string]string{}
	}
	if c.Params["time_zone"] == "" {
		c.Params["time_zone"] = "'+00:00'" // so that a TIMESTAMP has a zone that we know
	}
	if c.Params["sql_mode"] == "" {
		c.Params["sql_mode"] = sqlMode
	}
	d := &Database{config: c}
	if d.Server, err = db.OpenServer(ctx, KeyOf(source), o, d.connect); err != nil {
		return nil, err
	}
	return d, nil
}

// KeyOf is the Key of what Open would open.
func KeyOf(source string) string { return source }
