package compress

import (
	"strings"

	"etamil/http1"
)

// Coding is how a body is written.
type Coding uint8

// The codings.
const (
	Identity Coding = iota
	Gzip
	Zstd
)

// String is the coding's name in HTTP.
func (c Coding) String() string { return [...]string{"identity", "gzip", "zstd"}[c] }

// Accepted is the value of an Accept-Encoding field that names what requests may use.
const Accepted = "gzip, zstd"

// Choose returns the coding that an Accept-Encoding field likes best; header is its value,
// nil without one. Of equals, zstd goes before gzip, and both before nothing at all,
// unless the field itself puts identity first.
func Choose(header []byte) Coding {
	if len(header) == 0 {
		return Identity
	}
	best, q := Gzip, http1.AcceptsCoding(header, "gzip")
	if z := http1.AcceptsCoding(header, "zstd"); z >= q {
		best, q = Zstd, z
	}
	if q == 0 || q < 1000 && named(header, "identity") && http1.AcceptsCoding(header, "identity") > q {
		return Identity
	}
	return best
}

// named reports whether a field names a coding: what it doesn't name it has no opinion of.
func named(header []byte, coding string) bool {
	return strings.Contains(strings.ToLower(string(header)), coding)
}

// isSmall reports whether bodies of a type compress, besides those that Worth knows by a
// part of its name.
func isSmall(media string) bool {
	switch media {
	case "application/json", "application/javascript", "application/xml", "application/x-ndjson",
		"application/wasm", "application/x-javascript", "application/yaml", "application/toml",
		"application/sql", "application/graphql", "application/x-www-form-urlencoded",
		"image/bmp", "image/x-icon", "image/vnd.microsoft.icon", "font/ttf", "font/otf", "font/collection":
		return true
	}
	return false
}

// Worth reports whether bodies of a media type become smaller. Those of pictures,
// films and archives are compressed already.
func Worth(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.TrimRight(media, " \t")
	if isSmall(media) {
		return true
	}
	if len(media) > maxMedia {
		return false
	}
	media = strings.ToLower(media)
	return strings.HasPrefix(media, "text/") && media != "text/event-stream" || strings.HasSuffix(media, "+json") || strings.HasSuffix(media, "+xml") || isSmall(media)
}

const maxMedia = 128
