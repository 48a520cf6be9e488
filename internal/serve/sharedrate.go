package serve

import (
	"context"
	"strconv"

	"etamil/internal/cache"
	"etamil/internal/limit"
)

// Clients' rates across instances. The limiter of the process is asked first: whoever asks too
// often of one instance need not be asked about. What it lets pass is asked of the store that
// all instances share; where that is away, each instance holds its clients to the rate alone.

// askRate asks whether all instances together have room for the request, and gives it to its
// handler if so.
func (c *call) askRate(h *handler) {
	store := c.w.app.store()
	if store == nil {
		c.look(h)
		return
	}
	rule := c.policy.limit.Rule()
	rate := cache.Rate{Count: rule.Requests, Period: rule.Period, Burst: rule.Burst}
	key := strconv.Itoa(c.policy.limitID) + ":" + limit.Client(c.clientAddr()).String()
	var turn cache.Turn
	var err error
	c.elsewhere(func(ctx context.Context) { turn, err = store.Take(ctx, key, rate) }, func() {
		if err == nil {
			left := max(0, rule.Burst-int((turn.Full+rate.Each()-1)/rate.Each()))
			c.verdict = limit.Verdict{Allowed: turn.Wait == 0, Remaining: min(left, c.verdict.Remaining), Wait: turn.Wait, Reset: turn.Full}
		}
		if !c.verdict.Allowed {
			c.problem(429, "too_many", "")
			c.drop()
			return
		}
		c.look(h)
	})
}
