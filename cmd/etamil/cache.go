package main

import (
	"path/filepath"
	"strings"

	"etamil/internal/config"
	sql "etamil/internal/db"
	"etamil/internal/std/cache"
	"etamil/internal/std/db"
)

// cacheOptions are what the configuration says of the cache.
func cacheOptions(cfg *config.Config) cache.Options {
	c := &cfg.Cache
	o := cache.Options{Prefix: c.Prefix, Memory: c.Memory, ValueLimit: c.ValueLimit, Timeout: c.Timeout, MissIfDown: cfg.MissIfDown()}
	if cfg.CacheOnRedis() {
		o.URL = c.URL
	}
	shared, agreed := instances(cfg)
	if cfg.CacheInDatabase() || agreed && !shared {
		o.Database, o.OnlyCommon = func() (sql.Database, string, error) { return openStore(cfg) }, !shared
	}
	return o
}

// cacheBeside are the same, by the settings beside a program that is run.
func (c *call) cacheBeside(file string) cache.Options {
	cfg, err := c.settings(filepath.Dir(file))
	if err != nil {
		o := cache.Defaults
		o.Err = err
		return o
	}
	return cacheOptions(cfg)
}

// setDatabases has databases be as the configuration says.
func setDatabases(s *db.Service, cfg *config.Config) {
	s.Default = cfg.Database
	p := &cfg.Pool
	s.SetPool(p.Max, p.Min, p.Waiting, p.Lanes, p.Pooler, p.Acquire, p.Query, p.Idle, p.Lifetime)
}

// databasesBeside has them be as the settings beside a program that is run say.
func (c *call) databasesBeside(file string, s *db.Service) error {
	cfg, err := c.settings(filepath.Dir(file))
	if err == nil {
		setDatabases(s, cfg)
	}
	return err
}

// instances reports whether instances that are configured like this share their cache, and
// whether there is at least a place where they can agree: a database server is one.
func instances(cfg *config.Config) (shared, agreed bool) {
	shared = cfg.CacheOnRedis() || cfg.CacheInDatabase()
	return shared, shared || cfg.CacheChosen() && onServer(cfg)
}

// onServer reports whether the default database is a server.
func onServer(cfg *config.Config) bool {
	kind := db.KindOf(cfg.Database)
	return cfg.Database != "" && kind != "" && kind != "SQLite"
}

// storeConnections is how many connections to a database server the cache has of its own, so that
// it never waits for those of the program, nor they for it.
const storeConnections = 4

// openStore opens the database that keeps the cache: the default one, or, where that is a file,
// another file beside it. A file has one who writes, and a program that asks its cache within a
// transaction would wait for itself.
func openStore(cfg *config.Config) (sql.Database, string, error) {
	p := &cfg.Pool
	o := sql.Defaults
	o.Max, o.Lanes, o.Pooler = storeConnections, min(1, p.Lanes), p.Pooler
	o.Acquire, o.Query, o.Idle, o.Lifetime = cfg.Cache.Timeout, cfg.Cache.Timeout, p.Idle, p.Lifetime
	source := cfg.Database
	if !onServer(cfg) {
		source = besides(source)
	}
	return db.OpenPlain(source, o)
}

// besides is the file of the cache beside that of a database: shop.db has shop-store.db.
func besides(source string) string {
	switch {
	case source == "":
		source = db.DefaultSource
	case strings.Contains(source, ":memory:"):
		return source
	}
	file, query, asked := strings.Cut(source, "?")
	ext := filepath.Ext(file)
	file = strings.TrimSuffix(file, ext) + "-store" + ext
	if asked {
		file += "?" + query
	}
	return file
}
