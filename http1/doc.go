// Package http1 turns bytes into HTTP/1.1 messages and answers into bytes.
//
// It does no I/O, starts no goroutine and keeps no state besides the values
// its caller holds, so the event loop, the TLS listener, the load generator
// and the tests all use the same code.
//
// # Reading
//
// [Request.Parse] reads one request head from the front of a buffer. Needing
// more bytes is not an error: it answers 0 and is called again with a longer
// buffer. [Body] then decodes what follows the head, by Content-Length or by
// chunks, in pieces of any size.
//
//	GET /tax?year=2026 HTTP/1.1\r\n   Method GET, Path "/tax", Query "year=2026", Minor 1
//	Host: example.org\r\n             Fields[0], and Host
//	\r\n                              the head ends here: judge Host and the lengths
//
// Every slice in a [Request] points into the caller's buffer. Parsing, body
// decoding without trailers, and writing do not allocate.
//
// # One rule for errors
//
// The parser goes from left to right and reports the first byte that no
// valid request could have. Whether an answer is "more", a length or an
// error therefore depends only on the bytes, never on how they were cut into
// reads; the tests cut every request of the corpus at every position.
// What concerns several lines at once (lengths, Host, count of fields) is
// judged at the empty line that ends the head.
//
// Whoever reads less strictly than the next server in the chain can be made
// to see a different request than that server does. So where RFC 9112 lets a
// recipient choose between repairing and refusing, this package refuses, and
// every [Error] asks for the connection to be closed.
//
// # Writing
//
// [Response.AppendHead] and the other Append functions add to a buffer and
// return it. They refuse what would let a value start a new line.
//
// # Texts inside fields
//
// What has a grammar of its own is read where it is needed, not in Parse:
// [AppendPath], [Pairs], [Cookies], [AcceptsCoding], [ChooseType],
// [Precondition], [Range] and [ParseDate].
//
// # Not handled here
//
// Deadlines, pipelining order and half-closed sockets are package loop's;
// which methods a path knows, and 405 with Allow, are the router's. The
// bodies of answers are only framed, never made.
package http1
