package static

import "strings"

// types are the media types of names' endings. The system's own table is not asked: what
// an answer says must not depend on where the program runs.
var types = map[string]string{
	"html": "text/html; charset=utf-8", "htm": "text/html; charset=utf-8", "xhtml": "application/xhtml+xml",
	"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "mjs": "text/javascript; charset=utf-8",
	"txt": "text/plain; charset=utf-8", "md": "text/markdown; charset=utf-8", "csv": "text/csv; charset=utf-8",
	"vtt": "text/vtt; charset=utf-8", "ics": "text/calendar; charset=utf-8", "qmz": "text/plain; charset=utf-8",
	"json": "application/json", "map": "application/json", "geojson": "application/geo+json", "jsonld": "application/ld+json",
	"webmanifest": "application/manifest+json", "xml": "application/xml", "xsl": "application/xml",
	"rss": "application/rss+xml", "atom": "application/atom+xml", "yaml": "application/yaml", "yml": "application/yaml",
	"toml": "application/toml", "wasm": "application/wasm", "pdf": "application/pdf", "rtf": "application/rtf",
	"zip": "application/zip", "gz": "application/gzip", "tgz": "application/gzip", "zst": "application/zstd",
	"tar": "application/x-tar", "7z": "application/x-7z-compressed", "bz2": "application/x-bzip2", "xz": "application/x-xz",
	"doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	"odt":  "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
	"epub": "application/epub+zip",
	"svg":  "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
	"webp": "image/webp", "avif": "image/avif", "ico": "image/vnd.microsoft.icon", "bmp": "image/bmp",
	"tif": "image/tiff", "tiff": "image/tiff", "heic": "image/heic", "jxl": "image/jxl",
	"mp3": "audio/mpeg", "m4a": "audio/mp4", "aac": "audio/aac", "ogg": "audio/ogg", "oga": "audio/ogg", "opus": "audio/ogg",
	"wav": "audio/wav", "flac": "audio/flac", "mid": "audio/midi", "weba": "audio/webm",
	"mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm", "ogv": "video/ogg", "mov": "video/quicktime",
	"mkv": "video/matroska", "avi": "video/x-msvideo", "ts": "video/mp2t", "m3u8": "application/vnd.apple.mpegurl",
	"woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf", "otf": "font/otf",
}

// unknownType is that of a name whose ending says nothing.
const unknownType = "application/octet-stream"

// TypeOf is the media type of a file's name.
func TypeOf(name string) string {
	if dot := strings.LastIndexByte(name, '.'); dot > strings.LastIndexByte(name, '/')+1 {
		if t, ok := types[strings.ToLower(name[dot+1:])]; ok {
			return t
		}
	}
	return unknownType
}
