// Package sdnotify tells a supervisor that speaks systemd's protocol how a service is
// doing: ready, stopping, a status for people, and, for its watchdog, that the service is
// not stuck.
//
//	n := sdnotify.New(os.LookupEnv)   // nil when nobody wants to know
//	n.Ready("http://localhost:8080")
//	dog := n.Watchdog(workers)        // nil when there is none
//	dog.Alive(i)                      // by each worker, again and again
//	n.Stopping()
//
// All methods may be called on nil, which does nothing. A supervisor that does not read
// holds up nobody: what it does not take at once is dropped.
package sdnotify
