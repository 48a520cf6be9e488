package compile_test

import "strings"

// shrink drops lines from a program for as long as bad holds for what is left:
// single lines, and runs of lines whose braces match.
func shrink(text string, bad func(string) bool) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for again := true; again; {
		again = false
		for size := len(lines); size >= 1; size-- {
			for at := 0; at+size <= len(lines); at++ {
				if !balanced(lines[at : at+size]) {
					continue
				}
				rest := append(append([]string(nil), lines[:at]...), lines[at+size:]...)
				if bad(strings.Join(rest, "\n")) {
					lines, again = rest, true
					at--
				}
			}
		}
		// A block's braces without what is between: only its head and end.
		for at := range lines {
			if !strings.HasSuffix(lines[at], "{") {
				continue
			}
			for end := at + 1; end < len(lines); end++ {
				if balanced(lines[at : end+1]) {
					rest := append(append(append([]string(nil), lines[:at]...), lines[at+1:end]...), lines[end+1:]...)
					if bad(strings.Join(rest, "\n")) {
						lines, again = rest, true
					}
					break
				}
			}
			if again {
				break
			}
		}
	}
	return strings.Join(lines, "\n")
}

// balanced reports whether lines hold whole blocks.
func balanced(lines []string) bool {
	depth := 0
	for _, l := range lines {
		// "} else {" closes before it opens.
		if strings.HasPrefix(strings.TrimSpace(l), "}") {
			if depth--; depth < 0 {
				return false
			}
			l = l[strings.Index(l, "}")+1:]
		}
		depth += strings.Count(l, "{") - strings.Count(l, "}")
		if depth < 0 {
			return false
		}
	}
	return depth == 0
}
