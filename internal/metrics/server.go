package metrics

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// Server answers operators at an address of their own.
type Server struct {
	http *http.Server
	over chan struct{}
}

// What a client of the address may take, of which there are few.
const (
	headTime   = 5 * time.Second
	bodyTime   = 5 * time.Second // which nobody wants
	idleTime   = 2 * time.Minute
	answerTime = 30 * time.Second
	headBytes  = 16 << 10
	lastTime   = time.Second // at the end, for a page that is being written
)

// ContentType is the format of a page.
const ContentType = "text/plain; version=0.0.4; charset=utf-8"

// Serve answers GET /metrics on a listener with the set's page, until Close.
func Serve(l net.Listener, s *Set) *Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		page := s.Text()
		w.Header().Set("Content-Type", ContentType)
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(page) // who asked may have gone
	})
	x := &Server{http: &http.Server{Handler: mux, ReadHeaderTimeout: headTime, ReadTimeout: headTime + bodyTime, IdleTimeout: idleTime, WriteTimeout: answerTime, MaxHeaderBytes: headBytes,
		ErrorLog: log.New(io.Discard, "", 0)}, over: make(chan struct{})}
	go func() {
		defer close(x.over)
		_ = x.http.Serve(l) // it ends by Close
	}()
	return x
}

// Close ends it.
func (x *Server) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), lastTime)
	defer cancel()
	if x.http.Shutdown(ctx) != nil {
		_ = x.http.Close()
	}
	<-x.over
}
