package redis

import (
	"context"
	"crypto/tls"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/redis/rueidis"

	"etamil/internal/cache"
)

// Connection is one connection to a server, for whoever speaks to it in its own commands:
// what one command does to the connection, such as SELECT, holds for the next. It is safe for
// concurrent use; commands go one behind the other.
type Connection struct {
	client  rueidis.Client
	timeout time.Duration
	free    chan rueidis.DedicatedClient // holds the connection while nobody uses it; nil in it: to be made again
}

// Dial connects to host:port or to a URL as Options.URL. It may block for as long as timeout,
// which each command has too, or until ctx is done.
func Dial(ctx context.Context, address string, timeout time.Duration) (*Connection, error) {
	if !strings.Contains(address, "://") {
		if _, _, err := net.SplitHostPort(address); err != nil {
			return nil, badURL(address, err)
		}
		address = "redis://" + address
	}
	option, err := optionOf(Options{URL: address, Timeout: timeout})
	if err != nil {
		return nil, err
	}
	option.AlwaysRESP2 = true
	option.PipelineMultiplex = -1 // 2^0 connections: it is only there to dial with
	// The library's first words to the server wait for it as well, and know no context: a
	// connection that is closed ends them.
	var first []net.Conn
	var mu sync.Mutex
	connected := false
	option.DialCtxFn = func(own context.Context, to string, d *net.Dialer, secure *tls.Config) (net.Conn, error) {
		c, err := dial(own, to, d, secure)
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err != nil || connected:
		case ctx.Err() != nil:
			c.Close()
			err = ctx.Err()
		default:
			first = append(first, c)
		}
		return c, err
	}
	stop := context.AfterFunc(ctx, func() {
		mu.Lock()
		defer mu.Unlock()
		for _, c := range first {
			c.Close()
		}
	})
	c, err := rueidis.NewClient(option)
	stop()
	mu.Lock()
	connected, first = true, nil
	mu.Unlock()
	if err == nil && ctx.Err() != nil {
		c.Close()
		err = ctx.Err()
	}
	if err != nil {
		return nil, errorOf(context.Background(), err)
	}
	x := &Connection{client: c, timeout: timeout, free: make(chan rueidis.DedicatedClient, 1)}
	x.free <- nil
	return x, nil
}

// dial is how the library would connect.
func dial(ctx context.Context, to string, d *net.Dialer, secure *tls.Config) (net.Conn, error) {
	if secure != nil {
		return (&tls.Dialer{NetDialer: d, Config: secure}).DialContext(ctx, "tcp", to)
	}
	return d.DialContext(ctx, "tcp", to)
}

// Command sends a command and gives the answer: a string, int64, nil, or []any of such. What
// the server refuses is an error with the server's words in its Text.
func (x *Connection) Command(ctx context.Context, words []string) (any, error) {
	ctx, cancel := context.WithTimeout(ctx, x.timeout)
	defer cancel()
	var d rueidis.DedicatedClient
	select {
	case d = <-x.free:
	case <-ctx.Done():
		return nil, errorOf(context.Background(), ctx.Err())
	}
	if d == nil {
		d, _ = x.client.Dedicate()
	}
	answer, err := d.Do(ctx, d.B().Arbitrary(words...).Build()).ToAny()
	if rueidis.IsRedisNil(err) {
		err = nil
	}
	if _, said := rueidis.IsRedisErr(err); err != nil && !said { // the answer may come yet, to the next command
		d.Close()
		d = nil
	}
	x.free <- d
	if e, said := rueidis.IsRedisErr(err); said {
		return nil, &cache.Error{Code: cache.CodeError, English: "the server", Tamil: "வழங்கி", Text: e.Error()}
	}
	return answer, errorOf(context.Background(), err)
}

// Close closes the connection. Commands that wait end with an error.
func (x *Connection) Close() { x.client.Close() }
