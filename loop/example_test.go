package loop_test

import (
	"fmt"
	"io"
	"net/http"
	"time"

	"etamil/http1"
	"etamil/loop"
)

// greeter answers at once, or after a while for /later.
type greeter struct{}

func (greeter) Serve(l *loop.Loop, x *loop.Exchange) {
	if string(x.Req.Path) == "/later" {
		// The loop must not wait: somebody else does, and posts the rest.
		time.AfterFunc(10*time.Millisecond, func() {
			x.Post(loop.TaskFunc(func(l *loop.Loop) { greet(x) }))
		})
		return
	}
	greet(x)
}

func greet(x *loop.Exchange) {
	h := http1.Response{Status: 200, ContentType: "text/plain; charset=utf-8"}
	if err := x.Reply(&h, []byte("வணக்கம்")); err != nil {
		x.Refuse(500, "internal error")
	}
}

func Example() {
	s, err := loop.New(loop.Config{Addr: "127.0.0.1:0", Workers: 1}, greeter{})
	if err != nil {
		panic(err)
	}
	ended := make(chan error)
	go func() { ended <- s.Run() }()
	<-s.Ready()
	for _, path := range []string{"/now", "/later"} {
		res, err := http.Get("http://" + s.Addr().String() + path)
		if err != nil {
			panic(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		fmt.Println(path, res.StatusCode, string(body))
	}
	cut := s.Drain(time.Minute)
	fmt.Println("cut:", cut, "error:", <-ended)
	// Output:
	// /now 200 வணக்கம்
	// /later 200 வணக்கம்
	// cut: 0 error: <nil>
}
