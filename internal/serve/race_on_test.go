//go:build race

package serve

// poolLoss is how many values a request loses because the race detector has sync.Pool
// forget some.
const poolLoss = 1.0
