package crypto

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"sync"
	"time"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// maxRandom is the largest number of random bytes that one call gives.
const maxRandom = 1024

// randomBytes is so many bytes that nobody can foretell.
func randomBytes(f *vm.Fiber, a []value.Value) (value.Value, error) {
	n, err := host.Whole(&a[0], "பைட்டுகளின் எண்ணிக்கை", "the number of bytes")
	if err != nil {
		return value.Nil, err
	}
	if n < 1 || n > maxRandom {
		return value.Nil, host.Raise("argument", "எழுமாற்று: 1 முதல் 1024 வரை கேட்கலாம்", "randomBytes: ask for 1 to 1024")
	}
	var b [maxRandom]byte
	rand.Read(b[:n])
	return host.ByteList(f, b[:n]), nil
}

// random is a whole number between two, both included, each equally likely.
func random(_ *vm.Fiber, a []value.Value) (value.Value, error) {
	low, err := host.Whole(&a[0], "சிறியது", "the low end")
	if err != nil {
		return value.Nil, err
	}
	high, err := host.Whole(&a[1], "பெரியது", "the high end")
	if err != nil {
		return value.Nil, err
	}
	if low > high {
		return value.Nil, host.Raise("argument", "எழுமாற்று_எண்: முதல் எண் இரண்டாவதை விடப் பெரியது", "random: the first number is above the second")
	}
	return value.Int(low + int(below(uint64(high-low)+1))), nil
}

// below is a number below n, of which the last, uneven part of all 64-bit numbers is
// thrown away.
func below(n uint64) uint64 {
	rest := -n % n // 2^64 mod n
	for {
		var b [8]byte
		rand.Read(b[:])
		if x := binary.LittleEndian.Uint64(b[:]); x >= rest {
			return x % n
		}
	}
}

// encryptionKey is a fresh passphrase: 256 bits in 43 characters.
func encryptionKey(f *vm.Fiber, _ []value.Value) (value.Value, error) {
	var b [32]byte
	rand.Read(b[:])
	return f.Heap().NewText(base64.RawURLEncoding.EncodeToString(b[:])), nil
}

// ids makes UUIDs of version 7 (RFC 9562, method 1): 48 bits of milliseconds, 12 bits
// that count within one, 62 random bits. So each is above the one before, also while the
// clock stands still or goes back a little.
var ids struct {
	sync.Mutex
	ms    int64
	count uint16
}

const (
	// clockSlack is how far the clock may go back before the ids go back with it.
	clockSlack = 10 * time.Second
	countBits  = 12
)

// uuid is a new id in its usual form.
func uuid(f *vm.Fiber, _ []value.Value) (value.Value, error) {
	var b [16]byte
	rand.Read(b[:])
	now := host.Of(f).Clock.Now().UnixMilli()
	ids.Lock()
	if now > ids.ms || ids.ms-now > clockSlack.Milliseconds() {
		// Begin in the lower half, so that there is room to count.
		ids.ms, ids.count = now, binary.LittleEndian.Uint16(b[6:])&(1<<(countBits-1)-1)
	} else if ids.count++; ids.count == 1<<countBits {
		ids.ms++
		ids.count = 0
	}
	ms, count := ids.ms, ids.count
	ids.Unlock()
	var head [8]byte
	binary.BigEndian.PutUint64(head[:], uint64(ms)<<16)
	copy(b[:6], head[:6])
	binary.BigEndian.PutUint16(b[6:], 7<<countBits|count)
	b[8] = b[8]&0x3f | 0x80
	var text [36]byte
	hex.Encode(text[:8], b[:4])
	hex.Encode(text[9:13], b[4:6])
	hex.Encode(text[14:18], b[6:8])
	hex.Encode(text[19:23], b[8:10])
	hex.Encode(text[24:], b[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return f.Heap().NewTextBytes(text[:]), nil
}
