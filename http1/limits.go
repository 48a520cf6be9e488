package http1

// Limits bounds what one request may cost. Every field must be positive; a
// request beyond one gets the status named with it.
type Limits struct {
	Method       int // bytes in the method; beyond: 501
	Target       int // bytes in the request target; beyond: 414
	FieldName    int // bytes in one field name; beyond: 431
	HeaderBytes  int // bytes in all field lines with their line ends and the empty line; beyond: 431
	HeaderCount  int // field lines in a head, and trailer fields kept; beyond: 431
	BodyBytes    int // bytes in the decoded body; beyond: 413
	ChunkLine    int // bytes in one chunk-size line with its extensions and line end; beyond: 400
	ChunkExtra   int // bytes in the chunk extensions of one body; beyond: 400
	TrailerBytes int // bytes in all trailer lines with their line ends and the empty line; beyond: 431
}

// DefaultLimits is what a server uses unless it is told otherwise. Do not
// change it: copy it.
//
// RFC 9112, section 3, asks for request lines of at least 8,000 bytes.
var DefaultLimits = Limits{
	Method:       32,
	Target:       8 << 10,
	FieldName:    256,
	HeaderBytes:  32 << 10,
	HeaderCount:  128,
	BodyBytes:    1 << 20,
	ChunkLine:    256,
	ChunkExtra:   4 << 10,
	TrailerBytes: 4 << 10,
}

// emptyLinesMax is how many empty lines are skipped before a request line:
// RFC 9112, section 2.2, asks for one; old clients end a form with another.
const emptyLinesMax = 4
