// Package config is what a server may be told: one table of keys, and where each
// value comes from.
//
// A key can be given, from the strongest to the weakest, as a flag (--port 80), in
// the environment (ETAMIL_PORT=80), in the file etamil.toml, by the program (the
// address only), or not at all. A key that doesn't exist, or a value that can't be
// read, is an error that names the place and the likeliest key; Load reports all
// of them at once.
//
// The file has a section for each group of keys. The section [app] belongs to the
// program, which reads it with config("app.…"), as it can read every key.
//
//	[server]
//	port = 8080
//	handler_timeout = "5s"
//
//	[app]
//	shop = "கடை"
//
// Lengths of time are numbers of seconds or text with a unit, sizes are bytes or
// text with a unit: "250ms", "1MiB". In the environment a list is one text with commas,
// and ETAMIL_X_FILE names a file with the value of ETAMIL_X.
//
// To add a key: a field of Config, a row of the table with a pointer to the field of the
// type that the row's kind says, and go test ./internal/config -update.
//
//	table.go   the keys              file.go, lines.go  etamil.toml
//	kind.go    how values are read   env.go             the environment
//	config.go  what is in force      show.go, mask.go   what may be shown of it
//
// docs/reference/config.md is made from the table; a test compares it.
package config
