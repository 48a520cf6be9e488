package certs

import (
	"encoding/pem"
	"strings"
)

// hasCertificate reports whether PEM text has a certificate.
func hasCertificate(text []byte) bool {
	return hasBlock(text, func(kind string) bool { return kind == "CERTIFICATE" })
}

// hasKey reports whether PEM text has a private key.
func hasKey(text []byte) bool {
	return hasBlock(text, func(kind string) bool { return strings.HasSuffix(kind, "PRIVATE KEY") })
}

func hasBlock(text []byte, is func(kind string) bool) bool {
	for {
		var b *pem.Block
		if b, text = pem.Decode(text); b == nil {
			return false
		}
		if is(b.Type) {
			return true
		}
	}
}
