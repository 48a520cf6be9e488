package syntax

import "fmt"

func place(kind string, line, column int) string { return fmt.Sprintf("%s %d:%d", kind, line, column) }
