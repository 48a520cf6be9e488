package main

import (
	"fmt"
	"strings"

	"etamil/internal/diag"
)

// cmdExplain prints the page of a mistake's code.
func cmdExplain(c *call) int {
	code := strings.ToUpper(c.args[0])
	page, ok := diag.Explain(diag.Code(code))
	if !ok {
		var codes []string
		for _, r := range diag.Table() {
			codes = append(codes, string(r.Code))
		}
		c.wrong(fmt.Sprintf("'%s' என்ற பிழைக் குறியீடு இல்லை", code), fmt.Sprintf("there is no code '%s'", code))
		if best, ok := diag.Nearest(code, codes); ok {
			fmt.Fprintf(c.Err, "  etamil explain %s ?\n", best)
		}
		return exitUsage
	}
	fmt.Fprint(c.Out, page)
	return exitOK
}
