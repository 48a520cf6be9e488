// Package pattern lets rules have patterns, by regexp. Whoever links it has them: what it
// does, it does when it is set up.
package pattern

import (
	"regexp"

	"etamil/internal/rule"
)

func init() {
	rule.Compile = func(pattern string) (rule.Matcher, error) { return regexp.Compile(pattern) }
}
