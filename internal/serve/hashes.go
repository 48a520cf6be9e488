package serve

import (
	"unsafe"

	"etamil/internal/etag"
)

// hashes remembers the hashes of frozen bodies: constants and the like, which are sent
// again and again and never change. It holds the bodies, so that no other can come to
// stand where one was.
type hashes struct {
	bodies [hashesKept][]byte
	hashes [hashesKept]uint64
	next   int
}

const (
	hashesKept = 8
	hashedMost = 1 << 20 // bytes of a body that it holds
)

// of is the hash of a body that it has seen.
func (h *hashes) of(body []byte) (hash uint64, known bool) {
	for i, b := range h.bodies {
		if len(b) == len(body) && unsafe.SliceData(b) == unsafe.SliceData(body) {
			return h.hashes[i], true
		}
	}
	return 0, false
}

// tagOf writes the tag of an answer's body that has this hash.
func (w *worker) tagOf(o *outgoing, hash uint64) []byte {
	if h := &w.hashes; o.frozen && len(o.body) <= hashedMost {
		h.bodies[h.next], h.hashes[h.next] = o.body, hash
		h.next = (h.next + 1) % hashesKept
	}
	return etag.Append(w.tag[:0], hash)
}
