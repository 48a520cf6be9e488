package redis

// Readable reports whether the bytes of a key are an item.
func Readable(b []byte) bool {
	_, ok := decode(b)
	return ok
}
