// Command empty does nothing: what starting and ending costs every program made with Go.
package main

func main() {}
