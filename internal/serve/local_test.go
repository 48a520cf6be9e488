package serve

import (
	"bufio"
	"io"
	"net/http"
	"testing"

	"etamil/internal/config"
	"etamil/internal/sched"
	"etamil/internal/std/host"
	"etamil/vm"
)

const localProgram = `
எண்ணிக்கை = 5;
server.on("GET", "/n", செயல்(request) { திரும்பு {n: எண்ணிக்கை}; });
server.start("127.0.0.1:1");
எண்ணிக்கை = 6;
`

// get asks an App without a socket.
func get(t *testing.T, a *App, path string) (status int, body string) {
	t.Helper()
	c, err := a.Dial()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func localApp(t *testing.T, text string) (*App, chan Info) {
	t.Helper()
	b, img, _ := image(t, text, nil)
	cfg, err := config.Load(config.Given{Flags: map[string]string{"workers": "1"}})
	if err != nil {
		t.Fatal(err)
	}
	h := host.New(nil, true)
	h.Out = host.NewOutput(io.Discard, false)
	ready := make(chan Info, 1)
	return New(b, img, Options{Config: cfg, Host: h, Listen: true, Local: true, Ready: func(i Info) { ready <- i }}), ready
}

func TestLocalApp(t *testing.T) {
	a, ready := localApp(t, localProgram)
	if _, err := a.Dial(); err == nil {
		t.Error("Dial works before the server does")
	}
	ended := make(chan error, 1)
	go func() { ended <- a.Run(t.Context()) }()
	<-ready
	if status, body := get(t, a, "/n"); status != 200 || body != `{"n":5}` {
		t.Errorf("answered %d %s", status, body)
	}
	a.Shutdown()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestTopLevelAside holds that who runs the top level itself can go on with its fiber,
// and that handlers see the names as they stood at server.start.
func TestTopLevelAside(t *testing.T) {
	a, ready := localApp(t, localProgram)
	f := a.TopLevel(vm.Limits{}).NewFiber()
	f.StartMain()
	if status := sched.Run(t.Context(), f); status != vm.Done {
		t.Fatal(f.Err())
	}
	if a.Routes() != 1 {
		t.Errorf("%d routes", a.Routes())
	}
	ended := a.Begin(f)
	<-ready
	for range 2 {
		if status, body := get(t, a, "/n"); status != 200 || body != `{"n":5}` {
			t.Errorf("answered %d %s", status, body)
		}
	}
	a.Shutdown()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
