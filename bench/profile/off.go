//go:build !profile

package main

import (
	"errors"
	"io"
)

func run(io.Writer, string) error {
	return errors.New("this machine does not count: go run -tags profile ./bench/profile")
}
