//go:build !unix

package multipart

// full makes nothing of what the system says: how it says that a disk is full differs.
func full(err error) error { return err }
