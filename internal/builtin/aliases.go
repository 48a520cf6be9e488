package builtin

import "strings"

// aliases are spellings that programs of the first document use; they mix
// scripts and stay out of the documentation.
var aliases = []struct{ name, id string }{
	{"विकास्कोष_pool_create", "pool_create"},
	{"विकास्कोष_query_async", "query_async"},
	{"விகற्षு_query_async", "query_async"},
}

// MainNames are the names that make a task of the top level the main task,
// which runs after it; the first that a program has counts.
var MainNames = []string{"முதன்மை", "muqaZmY", "_main", "main", "मुख्य"}

// IsMain reports whether name is one of MainNames.
func IsMain(name string) bool {
	for _, n := range MainNames {
		if n == name {
			return true
		}
	}
	return false
}

// IsSelf reports whether the first parameter of a shape's function, called
// name, is the value on which it is called: the function is then a method.
func IsSelf(name string) bool { return name == "இது" || name == "iqu" || name == "_self" }

// IsPrivate reports whether a name of a module stays inside it.
func IsPrivate(name string) bool { return strings.HasPrefix(name, "_") }
