// Package crypto is the code behind the builtins of cryptography: digests, signatures,
// sealed text, random numbers and ids. Everything is Go's own or golang.org/x/crypto's;
// nothing here is invented, and secrets are compared in constant time.
package crypto

import (
	"etamil/internal/std/host"
	"etamil/vm"
)

// Bind binds the builtins of this package.
func Bind(l *vm.Linker) { host.Bind(l, natives) }

var natives = []host.Native{
	{ID: "sha256", Min: 1, Max: 1, Run: digest},
	{ID: "sign", Min: 2, Max: 2, Run: sign},
	{ID: "verifySignature", Min: 3, Max: 3, Run: verifySignature},

	{ID: "randomBytes", Min: 1, Max: 1, Run: randomBytes},
	{ID: "random", Min: 2, Max: 2, Run: random},
	{ID: "uuid", Min: 0, Max: 0, Run: uuid},

	{ID: "keyPair", Min: 0, Max: 0, Run: keyPair},
	{ID: "publicKey", Min: 1, Max: 1, Run: publicKey},
	{ID: "ecSign", Min: 2, Max: 2, Run: ecSign},
	{ID: "ecVerify", Min: 3, Max: 3, Run: ecVerify},
	{ID: "ecSignFixed", Min: 2, Max: 2, Run: ecSignFixed},
	{ID: "ecVerifyFixed", Min: 3, Max: 3, Run: ecVerifyFixed},

	{ID: "encrypt", Min: 2, Max: 2, Run: encrypt},
	{ID: "decrypt", Min: 2, Max: 2, Run: decrypt},
	{ID: "encryptionKey", Min: 0, Max: 0, Run: encryptionKey},
}
