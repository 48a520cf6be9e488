package config

import (
	"fmt"
	"strings"
)

// Files are the files made from the table, by their path from the repository's root. A
// test compares them with what stands there.
func Files() map[string][]byte {
	return map[string][]byte{"docs/reference/config.md": page()}
}

func page() []byte {
	var b strings.Builder
	b.WriteString(`# Settings

This page is made from the table in ` + "`internal/config/table.go`" + ` by its test; change the table and run ` + "`go test ./internal/config -update`" + `.

` + "`etamil serve`" + ` can be told each of these as a flag, in the environment, or in the file ` + "`etamil.toml`" + ` beside the program; a flag is
stronger than the environment, and that than the file. The program itself says an address with ` + "`server.start`" + `, which counts when none of
the three does. A key that does not exist is an error. Times are seconds or have a unit (` + "`250ms`, `5s`, `2m`, `1h`" + `); sizes are bytes or have a unit
(` + "`64KiB`, `1MB`" + `). The section ` + "`[app]`" + ` is the program's own: it reads it with ` + "`config(\"app.…\")`" + `.
`)
	section := ""
	for _, k := range Keys() {
		if k.Section != section {
			section = k.Section
			fmt.Fprintf(&b, "\n## [%s]\n\n| key | flag | environment | default | what | |\n|---|---|---|---|---|---|\n", section)
		}
		fmt.Fprintf(&b, "| `%s` | `--%s` | `%s` | `%s` | %s | %s |\n", k.Name, k.Flag, k.Env, k.Default, k.Tamil, k.English)
	}
	return []byte(b.String())
}
