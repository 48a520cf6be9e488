package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"etamil/internal/config"
	"etamil/internal/diag"
)

// actions are what `etamil config` can do.
var actions = []string{"show", "check"}

// cmdConfig shows or checks what a server would be told. Alone it shows its help.
func cmdConfig(c *call) int {
	if len(c.args) == 0 {
		helpOn(c.command.name, c.Out)
		return exitOK
	}
	action := c.args[0]
	if !contains(actions, action) {
		return c.wrongVerb(action, actions)
	}
	dir, ok := c.configDir()
	if !ok {
		return exitFail
	}
	cfg, err := c.settings(dir)
	switch {
	case err != nil && c.options.json:
		writeJSON(c.Out, configErrors(err))
		return exitUsage
	case err != nil:
		c.sayConfigErrors(err)
		return exitUsage
	case action == "show":
		c.showConfig(cfg)
	case c.options.json:
		writeJSON(c.Out, []configError{})
	default:
		fmt.Fprintf(c.Out, "அமைப்புகள் சரி  (the settings are right): %s\n", configFile(cfg))
	}
	return exitOK
}

// configDir is the folder whose etamil.toml counts: that named, or that of the program
// named, or where we are.
func (c *call) configDir() (dir string, ok bool) {
	if len(c.args) < 2 {
		return ".", true
	}
	name := c.args[1]
	switch info, err := os.Stat(name); {
	case err != nil:
		tamil, english := diag.Why(err)
		fmt.Fprintf(c.Err, "etamil: %s: %s  (%s)\n", name, tamil, english)
		if near := nearFile(name); near != "" {
			fmt.Fprintf(c.Err, "  %s ?\n", near)
		}
		return "", false
	case info.IsDir():
		return name, true
	case filepath.Ext(name) == ".toml" && c.options.config == "":
		c.options.config = name
	}
	return filepath.Dir(name), true
}

// configFile is the file that was read, as people are told.
func configFile(cfg *config.Config) string {
	if f := cfg.File(); f != "" {
		return f
	}
	return configName + " இல்லை (none)"
}

// configError is one mistake of the settings, as --json shows it.
type configError struct {
	Code       string `json:"code"`
	Severity   string `json:"severity"`
	Source     string `json:"source"` // file, environment or flag
	Where      string `json:"where"`
	Line       int    `json:"line,omitempty"`
	Key        string `json:"key,omitempty"`
	Tamil      string `json:"tamil"`
	English    string `json:"english"`
	Suggestion string `json:"suggestion,omitempty"`
}

func configErrors(err error) []configError {
	var all config.Errors
	if !errors.As(err, &all) {
		panic(err) // config promises it
	}
	list := make([]configError, len(all))
	for i, e := range all {
		list[i] = configError{"config", "error", e.Source.String(), e.Where, e.Line, e.Key, e.Tamil, e.English, e.Suggestion}
	}
	return list
}

// configValue is one value in force, as --json shows it.
type configValue struct {
	Section string `json:"section"`
	Key     string `json:"key"`
	Value   string `json:"value"`
	Source  string `json:"source"`
	Where   string `json:"where,omitempty"`
}

// showConfig shows what is in force.
func (c *call) showConfig(cfg *config.Config) {
	settings := cfg.Settings()
	if c.options.json {
		list := make([]configValue, len(settings))
		for i, s := range settings {
			list[i] = configValue{s.Section, s.Name, s.Value, s.Source.String(), s.Where}
		}
		writeJSON(c.Out, list)
		return
	}
	var rows [][]string
	section := ""
	for _, s := range settings {
		row := []string{"", s.Name, visible(s.Value)}
		if s.Value == "" {
			row[2] = `""`
		}
		if s.Section != section {
			section, row[0] = s.Section, "["+s.Section+"]"
		}
		if c.options.sources {
			row = append(row, sourceText(s))
		}
		rows = append(rows, row)
	}
	table(c.Out, "", rows)
	fmt.Fprintf(c.Out, "\n%s\n", configFile(cfg))
	if c.options.sources && cfg.From("host").Source == config.Default && cfg.From("port").Source == config.Default {
		fmt.Fprintln(c.Out, "host, port: நிரலின் server.start(\"…\") இயல்பை மாற்றும்  (server.start in the program is stronger than the default)")
	}
}

// sourceText is where a value comes from, as people read it.
func sourceText(s config.Setting) string {
	if s.Where == "" {
		return "இயல்பு (" + s.Source.String() + ")"
	}
	return visible(s.Where)
}

// visible is s without what could move a terminal's cursor.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '�'
		}
		return r
	}, s)
}

// table writes rows with their columns aligned, as a terminal shows Tamil. Each line
// begins with indent.
func table(w io.Writer, indent string, rows [][]string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], diag.Width(cell))
		}
	}
	for _, row := range rows {
		line := indent
		for i, cell := range row {
			line += cell
			if i < len(row)-1 {
				line += strings.Repeat(" ", widths[i]-diag.Width(cell)+2)
			}
		}
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}
