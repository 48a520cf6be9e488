// Package proxies tells who a client is when its requests come through proxies.
//
//	client 192.0.2.7 ──> balancer 10.0.0.2 ──> proxy 10.0.0.1 ──> here
//	X-Forwarded-For: 192.0.2.7, 10.0.0.2        trusted: 10.0.0.0/8
//
// Everybody can write X-Forwarded-For. So it is read from its end, where the nearest
// proxy has added whom it saw, and only as long as whoever has added is in the [List] of
// those that are trusted. The first address that isn't is the client's; what stands
// before it is only what the client claims.
package proxies
