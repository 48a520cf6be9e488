package regalloc

// Move copies register From to register To. All moves of one place happen at
// once: each reads what was there before any of them wrote.
type Move struct {
	From, To int
	Share    bool // the value stays where it was too: mark it
}

// Sequence orders moves so that doing them one after the other gives the same
// result. A circle is opened by saving one register in temp, which must not
// be among the registers of the moves. (Boissinot et al., "Revisiting
// Out-of-SSA Translation", 2009, algorithm 1.)
func Sequence(moves []Move, temp int) []Move {
	var out []Move
	readers := map[int]int{}  // register -> pending moves that read it
	pending := map[int]Move{} // by target
	var order []int
	for _, m := range moves {
		if m.From == m.To {
			if m.Share {
				out = append(out, m)
			}
			continue
		}
		pending[m.To] = m
		order = append(order, m.To)
		readers[m.From]++
	}
	ready := []int{}
	for _, to := range order {
		if readers[to] == 0 {
			ready = append(ready, to)
		}
	}
	emit := func(to int) {
		m := pending[to]
		delete(pending, to)
		out = append(out, m)
		readers[m.From]--
		if readers[m.From] == 0 {
			if _, waits := pending[m.From]; waits {
				ready = append(ready, m.From)
			}
		}
	}
	for {
		for len(ready) > 0 {
			to := ready[len(ready)-1]
			ready = ready[:len(ready)-1]
			if _, ok := pending[to]; ok {
				emit(to)
			}
		}
		if len(pending) == 0 {
			return out
		}
		// Only circles are left. Save the target of one move, and let the move
		// that reads it read the saved copy.
		for _, to := range order {
			if _, ok := pending[to]; !ok {
				continue
			}
			out = append(out, Move{From: to, To: temp})
			for _, t := range order {
				if m, ok := pending[t]; ok && m.From == to {
					m.From = temp
					pending[t] = m
					readers[to]--
					readers[temp]++
				}
			}
			ready = append(ready, to)
			break
		}
	}
}
