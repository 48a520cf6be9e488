// Package redis is a cache.Store on a Redis server, or one that speaks its protocol.
//
// All commands of all goroutines share a few connections, which the library pipelines. Each is
// held to Options.Timeout, and to the caller's context. A server that can't be reached is an
// error at once, without waiting for it again and again: see cache.Gate. The connection is made when
// the store is first used, and made again, whenever the server is back.
//
// What a key holds: digits for a whole number, so that the server can count; else 1, when the
// item stops to be fresh in Unix milliseconds as a varint (0: never), and the item's bytes.
//
// This package owns the library that talks to Redis.
package redis
