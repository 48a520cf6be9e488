package ahead

// room has the heap grow by a stack that is given back at once: what is allocated next is put where
// memory is free at the lowest address, which is there.
//
// A block of the heap would do as well, but only a collection frees it, which in a young process costs
// as much as what is won for 5,000 lines.
func room(int) {
	done := make(chan struct{})
	go func() {
		wide()
		close(done)
	}()
	<-done
}

// wide has a frame of 63 MiB, asks for large pages behind it, and touches nothing of it.
func wide()
