//go:build !race

package serve

// poolLoss is how many values a request loses because sync.Pool has forgotten them.
const poolLoss = 0.0

// raceSlowness is how many times longer a neighbour may wait.
const raceSlowness = 1
