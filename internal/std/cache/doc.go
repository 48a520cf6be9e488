// Package cache is தற்காலிகம் (cache) for programs: values under keys that may be lost, and counters.
//
// What keeps them is a store of internal/cache: in memory, or in a database or on a Redis server
// that all instances share. A store in memory answers at once, and gives frozen values without copying
// them: the fiber pins the memory they stand in. Any other store makes the fiber wait.
//
// From the outside in:
//
//   - Service: the cache of a process, for all programs and images that run in it.
//   - natives.go: the members of the handle, but remember.
//   - remember.go: one computation for many waiters. The member itself is eTamil
//     (internal/prelude/cache.qmz), since it calls a function; it asks _recall whose turn it
//     is, and tells with _settle or _fail what has come of it.
//   - values.go: programs' values to items and back. What can be kept is the same in all
//     stores: what has a binary form.
package cache
