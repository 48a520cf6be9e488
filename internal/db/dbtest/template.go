package dbtest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// filled is the folder dir/data with what a new server begins with: what the command in recipe
// makes there, whose arguments name the folder as data does. It takes seconds and is the same
// each time, so what was made once is kept, for all tests of this user and the same server, and
// copied.
func filled(t testing.TB, as *syscall.Credential, dir, server string, recipe func(data string) []string) (data string) {
	t.Helper()
	data = filepath.Join(dir, "data")
	kept := keptFor(server, recipe("data"))
	if kept != "" && copyTree(kept, data) == nil {
		return data
	}
	_ = os.RemoveAll(data) // half a copy
	command := recipe(data)
	once(t, as, dir, command[0], command[1:]...)
	if kept != "" {
		// Where it can't be kept, the next one is made anew.
		half, err := os.MkdirTemp(filepath.Dir(kept), "half-")
		if err == nil && copyTree(data, filepath.Join(half, "data")) == nil {
			_ = os.Rename(filepath.Join(half, "data"), kept) // another may have been here first
		}
		_ = os.RemoveAll(half)
	}
	return data
}

// keptFor is where what a server of that very version begins with is kept; "" if nowhere.
func keptFor(server string, recipe []string) string {
	cache, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	info, err := os.Stat(server)
	if err != nil {
		return ""
	}
	cache = filepath.Join(cache, "etamil-test")
	if os.MkdirAll(cache, 0o700) != nil {
		return ""
	}
	sum := sha256.Sum256(fmt.Append(nil, os.Getuid(), server, info.Size(), info.ModTime(), Password, recipe))
	return filepath.Join(cache, filepath.Base(server)+"-"+hex.EncodeToString(sum[:8]))
}

// copyTree copies a folder with the owners and modes of what is in it.
func copyTree(from, to string) error {
	if _, err := os.Stat(from); err != nil {
		return err
	}
	if out, err := exec.Command("cp", "-Rp", from, to).CombinedOutput(); err != nil {
		return fmt.Errorf("cp: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}
