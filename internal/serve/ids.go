package serve

import "math/rand/v2"

// ids makes the names of a worker's requests. They count from a random number, so that
// those of two workers, processes or machines differ; nobody should take them for secrets.
type ids struct{ last [idLen]byte }

// idDigits are in the order of their bytes, so that ids of one worker can be sorted.
const idDigits = "0123456789abcdefghijklmnopqrstuv"

func newIDs() (s ids) {
	for i := range s.last {
		s.last[i] = idDigits[rand.N(len(idDigits))]
	}
	return s
}

// next makes the next name and returns it; it is good until the call after it.
func (s *ids) next() *[idLen]byte {
	for i := idLen - 1; i >= 0; i-- {
		switch c := s.last[i]; c {
		case 'v':
			s.last[i] = '0' // and carry
			continue
		case '9':
			s.last[i] = 'a'
		default:
			s.last[i] = c + 1
		}
		break
	}
	return &s.last
}
