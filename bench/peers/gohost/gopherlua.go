package main

import lua "github.com/yuin/gopher-lua"

// runGopherLua runs a Lua file. The register window may grow: with the default
// fixed one, table.concat of a long list overflows it.
func runGopherLua(file string) error {
	l := lua.NewState(lua.Options{RegistrySize: 1 << 16, RegistryMaxSize: 1 << 22, CallStackSize: 1 << 12})
	defer l.Close()
	return l.DoFile(file)
}
