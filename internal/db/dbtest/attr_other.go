//go:build !linux

package dbtest

import "syscall"

// process is how a server's process runs: as somebody. A test that ends early leaves it.
func process(as *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: as}
}
