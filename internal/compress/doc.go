// Package compress makes bodies smaller, and those of requests whole again.
//
//	Choose ──> the Coding of an answer, from Accept-Encoding
//	Encoder ─> gzip or zstd of a body that is there as a whole
//	Decoder ─> the body of a request, up to so many bytes
//
// An encoder costs memory, not for what it compresses but for its tables: about 0.8 MB for
// gzip and 0.3 MB for zstd. So there is one of each for a loop, made when it is first
// needed, and a [Pool] with a few more for bodies that are too large to be compressed on
// a loop. No number of connections makes them more.
package compress
