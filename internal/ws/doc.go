// Package ws reads and writes the frames of WebSockets (RFC 6455), on the server's side.
//
//	bytes ──> Reader.Feed ──> messages whole, pings, pongs, the close
//	message ──> AppendFrame, AppendClose ──> bytes
//
// It is incremental: bytes come as they were cut by the network, and how they were cut
// changes nothing. It does no I/O. A message that was sent compressed (permessage-deflate,
// RFC 7692, each message for itself) comes out as it was before.
package ws
