package http1

// Error says why a message was refused and what to answer. The values of
// this package are made once, so that refusing does not allocate: compare
// them with ==, do not change them.
type Error struct {
	Status int    // status code to answer with
	Close  bool   // the connection can't be used for another request
	Reason string // for the log and the answer's body; holds nothing the client sent
}

// Error gives the reason, with the package's name in front.
func (e *Error) Error() string { return "http1: " + e.Reason }

func refuse(status int, reason string) *Error {
	return &Error{Status: status, Close: true, Reason: reason}
}

// What [Request.Parse] can answer.
var (
	ErrEmptyLines      = refuse(400, "too many empty lines before a request")
	ErrMethod          = refuse(400, "malformed method")
	ErrMethodTooLong   = refuse(501, "method too long")
	ErrTarget          = refuse(400, "malformed request target")
	ErrEscape          = refuse(400, "bad percent escape in request target")
	ErrTargetForm      = refuse(400, "request target does not fit the method")
	ErrTargetTooLong   = refuse(414, "request target too long")
	ErrVersion         = refuse(400, "malformed HTTP version")
	ErrOtherVersion    = refuse(505, "HTTP version not supported")
	ErrLineEnd         = refuse(400, "line does not end in CR LF")
	ErrFieldName       = refuse(400, "malformed field name")
	ErrFieldValue      = refuse(400, "control byte in field value")
	ErrHeaderTooLarge  = refuse(431, "header fields too large")
	ErrTooManyFields   = refuse(431, "too many header fields")
	ErrNoHost          = refuse(400, "no Host")
	ErrManyHosts       = refuse(400, "more than one Host")
	ErrHost            = refuse(400, "malformed Host")
	ErrLength          = refuse(400, "malformed Content-Length")
	ErrManyLengths     = refuse(400, "more than one Content-Length")
	ErrLengthAndCoding = refuse(400, "Content-Length beside Transfer-Encoding")
	ErrCoding          = refuse(400, "Transfer-Encoding does not end in one chunked")
	ErrUnknownCoding   = refuse(501, "transfer coding not supported")
	ErrOldCoding       = refuse(400, "Transfer-Encoding in HTTP/1.0")
	ErrExpectation     = refuse(417, "unknown expectation")
)

// What [Body.Start] and [Body.Decode] can answer, besides [ErrFieldName],
// [ErrFieldValue], [ErrLineEnd] and [ErrTooManyFields] for trailer lines.
var (
	ErrBodyTooLarge    = refuse(413, "body too large")
	ErrChunkSize       = refuse(400, "malformed chunk size")
	ErrChunkExtension  = refuse(400, "malformed chunk extension")
	ErrChunkLine       = refuse(400, "chunk line too long")
	ErrChunkEnd        = refuse(400, "chunk does not end in CR LF")
	ErrTrailerTooLarge = refuse(431, "trailer fields too large")
)

// ErrTimeout is for whoever keeps the deadlines: a request that did not
// arrive in time.
var ErrTimeout = refuse(408, "request took too long")
