// Package cache is where programs and the server keep what may be lost, or what all
// instances of a program must agree on: values under keys, counters, locks, rates.
//
//	std/cache, serve, limit ──> Store ──┬── Memory   in this process; answers at once
//	                                    ├── sql      a database that all instances share
//	                                    └── redis    one server for all instances
//
// A Store knows nothing of programs or fibers. Memory never blocks, so whoever finds that its
// Store is a *Memory need not wait for it; every other Store may take until its context is
// done, and never longer.
//
// What is kept is an Item: in Memory a program's value itself, frozen, or bytes; elsewhere
// bytes. What the bytes say is their owner's business: no two owners share a space of keys (see
// Space).
//
// This package owns the library that Memory is made of.
package cache
