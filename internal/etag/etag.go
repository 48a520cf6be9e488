// Package etag makes entity tags: names for the bytes of an answer, by which a client
// asks whether its copy is still good.
//
// A tag is the XXH64 of the body in 16 hexadecimal digits, so equal bodies have equal
// tags on every instance and after every restart. It is a checksum and no signature:
// whoever can choose both bodies can make them collide, and has then tricked only the
// caches of his own answers.
package etag

import (
	"encoding/binary"
	"math/bits"
)

// Len is how many bytes a tag has, with its quotes.
const Len = 18

const digits = "0123456789abcdef"

// Append appends the tag of a body that is known by its hash, with its quotes.
func Append(dst []byte, hash uint64) []byte {
	var b [Len]byte
	b[0], b[Len-1] = '"', '"'
	for i := Len - 2; i > 0; i-- {
		b[i] = digits[hash&15]
		hash >>= 4
	}
	return append(dst, b[:]...)
}

const (
	prime1 uint64 = 0x9E3779B185EBCA87
	prime2 uint64 = 0xC2B2AE3D27D4EB4F
	prime3 uint64 = 0x165667B19E3779F9
	prime4 uint64 = 0x85EBCA77C2B2AE63
	prime5 uint64 = 0x27D4EB2F165667C5
)

// Hash is the XXH64 of b with the seed 0 (the specification is
// github.com/Cyan4973/xxHash, doc/xxhash_spec.md).
func Hash(b []byte) uint64 {
	n := uint64(len(b))
	var h uint64
	if len(b) >= 32 {
		v1, v2, v3, v4 := prime1, prime2, uint64(0), uint64(0)
		v1 += prime2 // beyond 64 bits, which a constant can't be
		v4 -= prime1
		for len(b) >= 32 {
			v1 = round(v1, binary.LittleEndian.Uint64(b[0:8]))
			v2 = round(v2, binary.LittleEndian.Uint64(b[8:16]))
			v3 = round(v3, binary.LittleEndian.Uint64(b[16:24]))
			v4 = round(v4, binary.LittleEndian.Uint64(b[24:32]))
			b = b[32:]
		}
		h = bits.RotateLeft64(v1, 1) + bits.RotateLeft64(v2, 7) + bits.RotateLeft64(v3, 12) + bits.RotateLeft64(v4, 18)
		h = merge(merge(merge(merge(h, v1), v2), v3), v4)
	} else {
		h = prime5
	}
	h += n
	for ; len(b) >= 8; b = b[8:] {
		h = bits.RotateLeft64(h^round(0, binary.LittleEndian.Uint64(b)), 27)*prime1 + prime4
	}
	if len(b) >= 4 {
		h = bits.RotateLeft64(h^uint64(binary.LittleEndian.Uint32(b))*prime1, 23)*prime2 + prime3
		b = b[4:]
	}
	for _, c := range b {
		h = bits.RotateLeft64(h^uint64(c)*prime5, 11) * prime1
	}
	h = (h ^ h>>33) * prime2
	h = (h ^ h>>29) * prime3
	return h ^ h>>32
}

func round(acc, lane uint64) uint64 { return bits.RotateLeft64(acc+lane*prime2, 31) * prime1 }

func merge(acc, v uint64) uint64 { return (acc^round(0, v))*prime1 + prime4 }
