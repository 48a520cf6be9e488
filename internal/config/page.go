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

` + "`etamil serve`" + ` can be told each of these, from the strongest to the weakest:

1. as a flag;
2. in the environment; a variable whose name ends in ` + "`_FILE`" + ` names a file with the value in it, as secrets are handed to
   containers: ` + "`ETAMIL_PORT_FILE=/run/secrets/port`" + `;
3. in the file ` + "`etamil.toml`" + ` beside the program, or the file that ` + "`--config` or `ETAMIL_CONFIG`" + ` names;
4. by the program: the address of ` + "`server.start(\"0.0.0.0:8080\")`" + `;
5. by nobody: the default.

A key, section or variable ` + "`ETAMIL_…`" + ` that does not exist is an error, as is a value that does not fit.

| kind of value | in the file | as text |
|---|---|---|
| time | ` + "`5`, `0.25`, `\"250ms\"`, `\"5s\"`, `\"2m\"`, `\"1h\"`" + ` | the same; a number is seconds |
| size | ` + "`65536`, `\"64KiB\"`, `\"1MB\"`" + ` | the same |
| yes or no | ` + "`true`, `false`" + ` | also ` + "`on`, `off`, `yes`, `no`, `1`, `0`" + `; a flag without a value means ` + "`true`" + ` |
| list | ` + "`[\"a\", \"b\"]`" + ` | ` + "`a, b`" + ` |
| rate | ` + "`\"100/s\"`, `\"5/10s\"`, `\"off\"`" + ` | the same |

The section ` + "`[app]`" + ` is the program's own: it reads it with ` + "`config(\"app.…\")`" + `, as it reads every other key
with ` + "`config(\"server.port\")`" + `. ` + "`etamil config show`" + ` shows what is in force, and where it comes from.
`)
	section := ""
	for _, k := range Keys() {
		if k.Section != section {
			section = k.Section
			fmt.Fprintf(&b, "\n## [%s]\n\n| key | flag | environment | default | what | |\n|---|---|---|---|---|---|\n", section)
		}
		env, def := "`"+k.Env+"`", ""
		for _, also := range k.Also {
			env += ", `" + also + "`"
		}
		if k.Default != "" {
			def = "`" + k.Default + "`"
		}
		if len(k.Choices) > 0 {
			def += " of `" + strings.Join(k.Choices, "`, `") + "`"
		}
		fmt.Fprintf(&b, "| `%s` | `--%s` | %s | %s | %s | %s |\n", k.Name, k.Flag, env, def, k.Tamil, k.English)
	}
	return []byte(b.String())
}
