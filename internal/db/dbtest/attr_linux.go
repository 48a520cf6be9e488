package dbtest

import "syscall"

// process is how a server's process runs: as somebody, and no longer than the thread that
// has started it, so that none is left when a test ends early.
func process(as *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: as, Pdeathsig: syscall.SIGKILL}
}
