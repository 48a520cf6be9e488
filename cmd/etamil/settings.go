package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"etamil/internal/config"
	"etamil/internal/std/cache"
	"etamil/internal/std/db"
)

// configName is the file with the settings, beside the program.
const configName = "etamil.toml"

// allSettings in a command's row stands for all of settingOptions.
const allSettings = "settings"

// setting is what the command line says of one key.
type setting struct {
	text  string
	given bool
}

// settingOptions are the options that set what config can be told.
func (o *options) settingOptions() []option {
	o.settings = map[string]*setting{}
	var list []option
	for _, k := range config.Keys() {
		s := &setting{}
		o.settings[k.Flag] = s
		opt := option{name: k.Flag, arg: strings.ToUpper(strings.ReplaceAll(k.Flag, "-", "_")), text: &s.text, given: &s.given, setting: true, choices: k.Choices, tamil: k.Tamil, english: k.English}
		if k.Switch {
			opt.arg, opt.implied = "[=true|false]", "true"
		}
		if k.Default != "" {
			opt.tamil += " (இயல்பு: " + k.Default + ")"
			opt.english += " (default: " + k.Default + ")"
		}
		list = append(list, opt)
	}
	return list
}

// settings reads what a server is told: by flags, in the environment, and in the file
// that is named or stands in dir. The error is a config.Errors.
func (c *call) settings(dir string) (*config.Config, error) {
	given := config.Given{Env: os.Environ(), Flags: map[string]string{}}
	for name, s := range c.options.settings {
		if s.given {
			given.Flags[name] = s.text
		}
	}
	switch file := os.Getenv(config.ConfigVariable); {
	case c.options.config != "":
		given.ReadFile(c.options.config, true)
	case file != "":
		given.ReadFile(file, true)
	default:
		given.ReadFile(filepath.Join(dir, configName), false)
	}
	cfg, err := config.Load(given)
	if err == nil {
		err = unreachable(cfg)
	}
	if err != nil {
		return nil, err
	}
	return cfg, nil
}

// unreachable finds addresses of servers that can't be any: what they are, only those know who ask them.
func unreachable(cfg *config.Config) error {
	var list config.Errors
	add := func(flag, key, tamil, english string) {
		at := cfg.From(flag)
		list = append(list, &config.Error{Source: at.Source, Where: at.Where, Key: key, Tamil: tamil, English: english})
	}
	if cfg.Database != "" {
		if tamil, english, ok := db.Fit(cfg.Database); !ok {
			add("database-url", "database.url", tamil, english)
		}
	}
	if cfg.CacheOnRedis() {
		if tamil, english, ok := cache.Fit(cfg.Cache.URL); !ok {
			add("cache-url", "cache.url", tamil, english)
		}
	}
	if list != nil {
		return list
	}
	return nil
}

// sayConfigErrors says what is wrong with the settings.
func (c *call) sayConfigErrors(err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintf(c.Err, "etamil: %s\n", line)
	}
	fmt.Fprintln(c.Err, "  etamil help config")
}
