//go:build !race

package serve

// poolLoss is how many values a request loses because sync.Pool has forgotten them.
const poolLoss = 0.0
