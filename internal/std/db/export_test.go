package db

// Place is place.
func Place(kind, source string) string { return place(kind, source) }
