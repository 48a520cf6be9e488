// Package rule is what may be demanded of a shape's field beyond its type: what stands
// after விதி.
//
//	range.go  how large a number, how long a text or list
//	named.go  email, url, uuid, date: the checks that have a name, and their spellings
//	rule.go   a rule as the program holds it (Spec), ready to be used (Rule), in words
//
// The checker asks whether a rule can be made, the bytecode carries it, and the machine
// makes it once for an image and then asks it about values. A Rule is read-only and may
// be shared; asking one about a range allocates nothing,
// unless a number counts as text.
package rule
