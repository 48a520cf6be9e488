//go:build race

package serve

// poolLoss is how many values a request loses because the race detector has sync.Pool
// forget some.
const poolLoss = 1.0

// raceSlowness is how many times longer a neighbour may wait: the detector walks through
// each copy of megabytes, which nothing can interrupt, and the collector waits for it.
const raceSlowness = 20
