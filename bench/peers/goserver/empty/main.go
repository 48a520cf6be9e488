// Command empty does nothing: what it costs to start a Go program.
package main

func main() {}
