package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// cancelTime is how long the server has to end a statement that it was asked to cancel;
// then the connection is given up.
const cancelTime = 5 * time.Second

// orderPause is how long a statement may go on after an order until there is another; each
// next pause is twice as long.
const orderPause = 50 * time.Millisecond

// poolerTime is how long a pooler has to carry out an order to cancel after it has hung up.
const poolerTime = 100 * time.Millisecond

// canceller orders the server to end what a connection does, when its context is done
// (ctxwatch.Handler).
//
// The order goes by a connection of its own, which the server closes when the order has been
// carried out: only then can it no longer meet the next statement. pgx's canceller hangs up
// when the statement has ended by itself meanwhile, and waits a tenth of a second; where the
// server was slower than that, it cancelled the next one, which could be another request's.
type canceller struct {
	pg       *pgconn.PgConn
	pooler   bool
	left     chan struct{} // closed when the statement has ended
	over     chan struct{} // closed when no order is on its way any more
	doubtful bool          // an order may still be carried out: the connection is not to be used again
}

// HandleCancel implements ctxwatch.Handler. It does not wait.
func (h *canceller) HandleCancel(context.Context) {
	by := time.Now().Add(cancelTime)
	_ = h.pg.Conn().SetDeadline(by) // fails for a closed one only
	left, over := make(chan struct{}), make(chan struct{})
	h.left, h.over = left, over
	go func() {
		defer close(over)
		ctx, cancel := context.WithDeadline(context.Background(), by)
		defer cancel()
		for pause := orderPause; ; pause *= 2 {
			if h.pg.CancelRequest(ctx) == nil { // else nothing was ordered
				h.doubtful = ctx.Err() != nil // it has stopped waiting for the server
				if h.pooler {
					time.Sleep(poolerTime)
				}
			}
			select {
			case <-left:
				return
			case <-ctx.Done():
				return
			case <-time.After(pause):
			}
		}
	}()
}

// HandleUnwatchAfterCancel implements ctxwatch.Handler: it waits until the order can't meet the
// next statement, or the connection is doubtful.
func (h *canceller) HandleUnwatchAfterCancel() {
	close(h.left)
	<-h.over
	_ = h.pg.Conn().SetDeadline(time.Time{})
}
