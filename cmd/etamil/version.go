package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// cmdVersion prints what this binary was made from.
func cmdVersion(c *call) int {
	fmt.Fprintln(c.Out, "etamil "+versionText())
	return exitOK
}

// versionText is the commit the binary was built from, as Go recorded it, and
// what it was built with and for.
func versionText() string {
	commit, modified := "(commit unknown)", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision" && len(s.Value) >= 12:
				commit = s.Value[:12]
			case s.Key == "vcs.modified" && s.Value == "true":
				modified = "+changes"
			}
		}
	}
	return fmt.Sprintf("%s%s %s %s/%s", commit, modified, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
