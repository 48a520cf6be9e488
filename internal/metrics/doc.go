// Package metrics is what a server tells monitoring: counts, gauges and histograms, as text that
// Prometheus and its like read.
//
//	table.go      what there is: every metric once, with type, unit and help; the reference page
//	set.go        who knows their values, asked when a page is
//	page.go       one page, as it is being written
//	histogram.go  how long something took, counted by one goroutine
//	server.go     the address for operators
//	process.go    what the library knows of the process and Go's runtime
//
// Nobody counts here: whoever knows something keeps it where it costs him least, as each loop does
// its requests, in memory that only it touches, and adds it to a page when one is asked for.
//
// This package owns the metrics library.
package metrics
