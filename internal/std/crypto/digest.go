package crypto

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// message is the bytes of an argument: of a bytes value, else of what it prints as.
func message(f *vm.Fiber, v *value.Value) []byte {
	if v.Kind() == value.KindBytes {
		return []byte(v.Str())
	}
	return []byte(host.Text(f, v))
}

// digest is the 32 bytes of the SHA-256 of a message.
func digest(f *vm.Fiber, a []value.Value) (value.Value, error) {
	sum := sha256.Sum256(message(f, &a[0]))
	return host.ByteList(f, sum[:]), nil
}

// sign is the HMAC-SHA256 of a message under a key, in hexadecimal.
func sign(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return f.Heap().NewText(hex.EncodeToString(mac(f, a))), nil
}

// verifySignature says whether a[2] is what sign answers; its case and the spaces around
// it do not count.
func verifySignature(f *vm.Fiber, a []value.Value) (value.Value, error) {
	given, err := hex.DecodeString(strings.TrimSpace(host.Text(f, &a[2])))
	return value.Bool(err == nil && hmac.Equal(given, mac(f, a))), nil
}

func mac(f *vm.Fiber, a []value.Value) []byte {
	m := hmac.New(sha256.New, message(f, &a[0]))
	m.Write(message(f, &a[1]))
	return m.Sum(nil)
}
