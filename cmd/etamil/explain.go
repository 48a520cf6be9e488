package main

import (
	"fmt"
	"strings"

	"etamil/internal/diag"
)

// cmdExplain prints the page of a mistake's code.
func cmdExplain(c *call) int {
	code := strings.ToUpper(c.args[0])
	if known, ok := diag.RunCode(strings.ToLower(c.args[0])); ok { // what a catch sees as e.code
		code = string(known)
	}
	page, ok := diag.Explain(diag.Code(code))
	if !ok {
		var codes []string
		for _, r := range diag.Table() {
			codes = append(codes, string(r.Code))
		}
		c.wrong(fmt.Sprintf("'%s' என்ற பிழைக் குறியீடு இல்லை", code), fmt.Sprintf("there is no code '%s'", code))
		if best, ok := diag.Nearest(code, codes); ok {
			fmt.Fprintf(c.Err, "  etamil explain %s ?\n", best)
		} else {
			fmt.Fprintln(c.Err, "  குறியீடு P001 அல்லது division_by_zero போன்றது  (a code is like P001 or division_by_zero)")
		}
		return exitUsage
	}
	fmt.Fprint(c.Out, page)
	return exitOK
}
