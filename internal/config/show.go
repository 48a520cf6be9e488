package config

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Setting is one value in force, as it may be shown to anybody.
type Setting struct {
	Section string
	Name    string // of a value of the program with dots, as "tax.rate"
	Value   string // as it would be written, passwords masked
	Origin
}

// Live lists what is turned on and worth telling at the start, as "compression" or
// "rate 100/s".
func (c *Config) Live() []string {
	var all []string
	for i := range table {
		k := &table[i]
		v := k.write(c)
		switch {
		case !k.live || v == "" || v == "off" || v == "false":
		case v == "true":
			all = append(all, k.full())
		default:
			all = append(all, k.full()+" "+v)
		}
	}
	return all
}

// Settings lists what is in force: every key, and after them the program's own values
// in the section app.
func (c *Config) Settings() []Setting {
	var all []Setting
	for i := range table {
		k := &table[i]
		v := k.write(c)
		switch {
		case k.secret && v != "" && secretName(k.name):
			v = hidden
		case k.secret:
			v = Mask(v)
		}
		all = append(all, Setting{k.section, k.name, v, c.origins[k.flag()]})
	}
	return append(all, c.appSettings("", c.app)...)
}

func (c *Config) appSettings(prefix string, m map[string]any) (all []Setting) {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		path := prefix + name
		if inner, ok := m[name].(map[string]any); ok && !secretName(name) {
			all = append(all, c.appSettings(path+".", inner)...)
			continue
		}
		v := appValue(m[name])
		if secretName(name) {
			v = hidden
		}
		all = append(all, Setting{appSection, path, v, Origin{File, at(c.file, c.lines[appSection+"."+path])}})
	}
	return all
}

// appValue writes a value of TOML on one line.
func appValue(v any) string {
	switch v := v.(type) {
	case string:
		return Mask(v)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		return v.Format(time.RFC3339)
	case []any:
		list := make([]string, len(v))
		for i := range v {
			list[i] = appValue(v[i])
		}
		return strings.Join(list, ", ")
	case map[string]any:
		var list []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			x := appValue(v[name])
			if secretName(name) {
				x = hidden
			}
			list = append(list, name+" = "+x)
		}
		return "{" + strings.Join(list, ", ") + "}"
	}
	return fmt.Sprint(v)
}
