package http1_test

import (
	"fmt"

	"etamil/http1"
)

// A connection keeps what it has received and how much of it was looked at.
func ExampleRequest_Parse() {
	var r http1.Request
	var received []byte
	seen := 0
	for _, read := range []string{"GET /tax?year=20", "26 HTTP/1.1\r\nHost: exam", "ple.org\r\n\r\nGET /next"} {
		received = append(received, read...)
		n, err := r.Parse(received, seen, &http1.DefaultLimits)
		switch {
		case err != nil:
			fmt.Println(err)
		case n == 0:
			seen = len(received)
			fmt.Println("more")
		default:
			fmt.Printf("%s %s %s %s\n", r.Method, r.Host, r.Path, r.Query)
			fmt.Printf("left: %s\n", received[n:])
		}
	}
	// Output:
	// more
	// more
	// GET example.org /tax year=2026
	// left: GET /next
}

// The head says how the body is framed; Decode takes it in any pieces.
func ExampleBody_Decode() {
	head := []byte("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
	var r http1.Request
	if _, err := r.Parse(head, 0, &http1.DefaultLimits); err != nil {
		fmt.Println(err)
	}
	var b http1.Body
	if err := b.Start(&r, &http1.DefaultLimits); err != nil {
		fmt.Println(err)
	}
	var body []byte
	for _, read := range []string{"6\r\nvanakk", "\r\n2\r\nam\r", "\n0\r\n\r\nGET /next"} {
		var n int
		var done bool
		var err error
		body, n, done, err = b.Decode(body, []byte(read))
		fmt.Printf("%s %v %v, left: %q\n", body, done, err, read[n:])
	}
	// Output:
	// vanakk false <nil>, left: ""
	// vanakkam false <nil>, left: ""
	// vanakkam true <nil>, left: "GET /next"
}

// A refused request is answered with what the error says.
func ExampleError_Append() {
	var r http1.Request
	_, err := r.Parse([]byte("GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n"), 0, &http1.DefaultLimits)
	date := http1.AppendDate(nil, 784111777)
	answer, _ := err.(*http1.Error).Append(nil, 1, date)
	fmt.Printf("%q\n", answer)
	// Output:
	// "HTTP/1.1 400 Bad Request\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 37\r\nConnection: close\r\n\r\nbad percent escape in request target\n"
}

func ExampleAppendPath() {
	for _, raw := range []string{"/a/./b/../c", "/a/%2e%2e/b", "/%E0%AE%B5%E0%AE%B0%E0%AE%BF"} {
		path, err := http1.AppendPath(nil, []byte(raw))
		fmt.Printf("%s %v\n", path, err)
	}
	// Output:
	// /a/c <nil>
	// /b <nil>
	// /வரி <nil>
}

func ExampleResponse_AppendHead() {
	body := `{"tax": 12.5}`
	h := http1.Response{
		Status:      200,
		Minor:       1,
		KeepAlive:   true,
		Length:      int64(len(body)),
		Date:        http1.AppendDate(nil, 784111777),
		ContentType: "application/json",
	}
	answer, err := h.AppendHead(nil)
	fmt.Printf("%q %v\n", append(answer, body...), err)
	// Output:
	// "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"tax\": 12.5}" <nil>
}

func ExamplePairs() {
	for p := http1.PairsOf([]byte("name=Ka%20vi&x&city=")); p.Next(); {
		value, _ := http1.AppendQueryDecoded(nil, p.Value)
		fmt.Printf("%s=%q\n", p.Key, value)
	}
	// Output:
	// name="Ka vi"
	// x=""
	// city=""
}
