package crypto

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/hex"
	"math/big"
	"strings"
	"sync"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// Keys of the curve P-256 are hexadecimal text: a private one its 32 bytes, a public one
// the uncompressed point of SEC 1. Signatures are of the SHA-256 of a message.

var pairClass = sync.OnceValue(func() *value.Class {
	return value.ClassOf("தனி", "பொது")
})

// keyPair is a fresh pair {தனி: private, பொது: public}.
func keyPair(f *vm.Fiber, _ []value.Value) (value.Value, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return value.Nil, err
	}
	private, err := key.Bytes()
	if err != nil {
		return value.Nil, err
	}
	public, err := key.PublicKey.Bytes()
	if err != nil {
		return value.Nil, err
	}
	h := f.Heap()
	return h.NewRecord(pairClass(), []value.Value{h.NewText(hex.EncodeToString(private)), h.NewText(hex.EncodeToString(public))}), nil
}

// private reads a private key.
func private(f *vm.Fiber, v *value.Value) (*ecdsa.PrivateKey, bool) {
	b, err := hex.DecodeString(strings.TrimSpace(host.Text(f, v)))
	if err != nil {
		return nil, false
	}
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), b)
	return key, err == nil
}

// public reads a public key.
func public(f *vm.Fiber, v *value.Value) (*ecdsa.PublicKey, bool) {
	b, err := hex.DecodeString(strings.TrimSpace(host.Text(f, v)))
	if err != nil {
		return nil, false
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), b)
	return key, err == nil
}

func badPrivate(f *vm.Fiber) (value.Value, error) {
	return host.Failure(f, "இது ஒரு P-256 தனிச்சாவி அல்ல", "this is not a P-256 private key")
}

func badPublic(f *vm.Fiber) (value.Value, error) {
	return host.Failure(f, "இது ஒரு P-256 பொதுச்சாவி அல்ல", "this is not a P-256 public key")
}

// publicKey is a success with the public key that belongs to a private one.
func publicKey(f *vm.Fiber, a []value.Value) (value.Value, error) {
	key, ok := private(f, &a[0])
	if !ok {
		return badPrivate(f)
	}
	b, err := key.PublicKey.Bytes()
	if err != nil {
		return badPrivate(f)
	}
	return host.Success(f, f.Heap().NewText(hex.EncodeToString(b)))
}

// signature signs a message; the answer is DER.
func signature(f *vm.Fiber, a []value.Value) ([]byte, bool) {
	key, ok := private(f, &a[1])
	if !ok {
		return nil, false
	}
	sum := sha256.Sum256(message(f, &a[0]))
	der, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	return der, err == nil
}

// ecSign is a success with the signature in DER, hexadecimal.
func ecSign(f *vm.Fiber, a []value.Value) (value.Value, error) {
	der, ok := signature(f, a)
	if !ok {
		return badPrivate(f)
	}
	return host.Success(f, f.Heap().NewText(hex.EncodeToString(der)))
}

// ecVerify is a success that says whether the signature is right; a failure if the key or
// the signature could not be read as what they are.
func ecVerify(f *vm.Fiber, a []value.Value) (value.Value, error) {
	key, ok := public(f, &a[2])
	if !ok {
		return badPublic(f)
	}
	der, err := hex.DecodeString(strings.TrimSpace(host.Text(f, &a[1])))
	if err != nil {
		return host.Failure(f, "கையொப்பம் பதினாறடிமானத்தில் இல்லை", "the signature is not hexadecimal")
	}
	sum := sha256.Sum256(message(f, &a[0]))
	return host.Success(f, value.Bool(ecdsa.VerifyASN1(key, sum[:], der)))
}

// rs is a signature as DER holds it.
type rs struct{ R, S *big.Int }

// half is the size of each of the two numbers of a signature, in bytes.
const half = 32

// ecSignFixed is a success with the signature as its two numbers, 32 bytes each.
func ecSignFixed(f *vm.Fiber, a []value.Value) (value.Value, error) {
	der, ok := signature(f, a)
	if !ok {
		return badPrivate(f)
	}
	var sig rs
	if _, err := asn1.Unmarshal(der, &sig); err != nil {
		return value.Nil, err
	}
	var b [2 * half]byte
	sig.R.FillBytes(b[:half])
	sig.S.FillBytes(b[half:])
	return host.Success(f, host.ByteList(f, b[:]))
}

// ecVerifyFixed says whether such a signature is right; a failure for a key that is none.
func ecVerifyFixed(f *vm.Fiber, a []value.Value) (value.Value, error) {
	key, ok := public(f, &a[2])
	if !ok {
		return badPublic(f)
	}
	b, _, ok := host.Bytes(f, &a[1])
	if !ok || len(b) != 2*half {
		return value.False, nil
	}
	sum := sha256.Sum256(message(f, &a[0]))
	return value.Bool(ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(b[:half]), new(big.Int).SetBytes(b[half:]))), nil
}
