package money

import "strings"

// Big is what /big answers: 100 KB.
var Big = strings.Repeat("0123456789abcdef", 6400)
