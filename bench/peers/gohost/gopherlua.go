package main

import lua "github.com/yuin/gopher-lua"

// runGopherLua runs a Lua file. The register window may grow: with the default
// fixed one, table.concat of a long list overflows it, and in steps of the default 32 it
// is copied so often that the same call takes minutes.
func runGopherLua(file string) error {
	l := lua.NewState(lua.Options{RegistrySize: 1 << 16, RegistryMaxSize: 1 << 22, RegistryGrowStep: 1 << 16, CallStackSize: 1 << 12})
	defer l.Close()
	return l.DoFile(file)
}
