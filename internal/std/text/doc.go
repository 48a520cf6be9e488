// Package text is the code behind the builtins of text: cases, searching and replacing,
// cutting, padding, formatting, regular expressions, bytes and encodings.
//
// Everything counts in letters (value.NextLetter): a match begins and ends where letters
// do, so that "கா" neither contains nor begins with "க". Arguments that are no text count
// as what they print as.
package text

import (
	"etamil/internal/std/host"
	"etamil/vm"
)

// Bind binds the builtins of this package.
func Bind(l *vm.Linker) { host.Bind(l, natives) }

var natives = []host.Native{
	{ID: "upper", Min: 1, Max: 1, Run: upper},
	{ID: "lower", Min: 1, Max: 1, Run: lower},
	{ID: "replace", Min: 3, Max: 3, Run: replace},
	{ID: "split", Min: 2, Max: 2, Run: split},
	{ID: "join", Min: 2, Max: 2, Run: join, List: true},
	{ID: "find", Min: 2, Max: 2, Run: find, List: true},
	{ID: "contains", Min: 2, Max: 2, Run: contains, List: true},
	{ID: "startsWith", Min: 2, Max: 2, Run: startsWith},
	{ID: "endsWith", Min: 2, Max: 2, Run: endsWith},

	{ID: "slice", Min: 2, Max: 3, Run: slice, List: true},
	{ID: "trim", Min: 1, Max: 1, Run: trim},
	{ID: "pad", Min: 2, Max: 3, Run: pad},
	{ID: "repeat", Min: 2, Max: 2, Run: repeat},
	{ID: "reverse", Min: 1, Max: 1, Run: reverse, List: true},
	{ID: "format", Min: 1, Max: -1, Run: format},

	{ID: "match", Min: 2, Max: 2, Run: match},
	{ID: "replacePattern", Min: 3, Max: 3, Run: replacePattern},

	{ID: "bytes", Min: 1, Max: 1, Run: toBytes},
	{ID: "fromBytes", Min: 1, Max: 1, Run: fromBytes},
	{ID: "base64", Min: 1, Max: 1, Run: toBase64},
	{ID: "unbase64", Min: 1, Max: 1, Run: fromBase64},
	{ID: "hex", Min: 1, Max: 1, Run: toHex},
	{ID: "unhex", Min: 1, Max: 1, Run: fromHex},
	{ID: "urlEncode", Min: 1, Max: 1, Run: urlEncode},
	{ID: "urlDecode", Min: 1, Max: 1, Run: urlDecode},
	{ID: "htmlEscape", Min: 1, Max: 1, Run: htmlEscape},
}
