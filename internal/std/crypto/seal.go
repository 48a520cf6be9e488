package crypto

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// Sealed text is base64 of
//
//	version (1 byte) | salt (16) | nonce (24) | ciphertext and tag
//
// XChaCha20-Poly1305 under a key that Argon2id makes of the passphrase and the salt; the
// version and salt are authenticated too. Version 1 means the parameters below, which are
// OWASP's for Argon2id: some 30 ms of a processor and 19 MiB, so it runs on another
// goroutine, and only a few at a time.
const (
	sealVersion = 1
	saltBytes   = 16
	headBytes   = 1 + saltBytes

	argonPasses  = 2
	argonKiB     = 19 * 1024
	argonThreads = 1

	// maxSeals is how many keys are derived at once in the whole process.
	maxSeals = 2
)

var seals = make(chan struct{}, maxSeals)

// key derives the key, or gives up when ctx is done before it is its turn.
func key(ctx context.Context, pass, salt []byte) ([]byte, error) {
	select {
	case seals <- struct{}{}:
		defer func() { <-seals }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey(pass, salt, argonPasses, argonKiB, argonThreads, chacha20poly1305.KeySize), nil
}

// encrypt seals text under a passphrase.
func encrypt(f *vm.Fiber, a []value.Value) (value.Value, error) {
	plain, pass := message(f, &a[0]), message(f, &a[1])
	return host.Do(f,
		func(ctx context.Context) (string, error) { return seal(ctx, plain, pass) },
		func(f *vm.Fiber, s string, err error) (value.Value, error) {
			if err != nil {
				return value.Nil, host.Raise("encrypt", "மறைக்க முடியவில்லை", "cannot encrypt: "+err.Error())
			}
			return f.Heap().NewText(s), nil
		})
}

func seal(ctx context.Context, plain, pass []byte) (string, error) {
	b := make([]byte, headBytes+chacha20poly1305.NonceSizeX, headBytes+chacha20poly1305.NonceSizeX+len(plain)+chacha20poly1305.Overhead)
	b[0] = sealVersion
	rand.Read(b[1:])
	k, err := key(ctx, pass, b[1:headBytes])
	if err != nil {
		return "", err
	}
	aead, err := chacha20poly1305.NewX(k)
	if err != nil {
		return "", err
	}
	b = aead.Seal(b, b[headBytes:], plain, b[:headBytes])
	return base64.StdEncoding.EncodeToString(b), nil
}

var errSealed = errors.New("wrong passphrase, or the sealed text was changed")

// decrypt is a success with what encrypt sealed. Why it fails is one and the same: whoever
// tries passphrases learns nothing more.
func decrypt(f *vm.Fiber, a []value.Value) (value.Value, error) {
	sealed, pass := host.Copy(f, &a[0]), message(f, &a[1])
	return host.Do(f,
		func(ctx context.Context) ([]byte, error) { return open(ctx, sealed, pass) },
		func(f *vm.Fiber, plain []byte, err error) (value.Value, error) {
			switch {
			case err != nil:
				return host.Failure(f, "வெளிப்படுத்த முடியவில்லை: விசை தவறு, அல்லது உரை மாற்றப்பட்டுள்ளது", "cannot decrypt: "+errSealed.Error())
			case !utf8.Valid(plain):
				return host.Success(f, f.Heap().NewBytes(plain))
			}
			return host.Success(f, f.Heap().NewTextBytes(plain))
		})
}

func open(ctx context.Context, sealed string, pass []byte) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(sealed))
	const start = headBytes + chacha20poly1305.NonceSizeX
	if err != nil || len(b) < start+chacha20poly1305.Overhead || b[0] != sealVersion {
		return nil, errSealed
	}
	k, err := key(ctx, pass, b[1:headBytes])
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.NewX(k)
	if err != nil {
		return nil, err
	}
	return aead.Open(nil, b[headBytes:start], b[start:], b[:headBytes])
}
