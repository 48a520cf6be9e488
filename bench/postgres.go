package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A Postgres is a private server for the rows that need one.
type Postgres struct {
	url     string
	version string
	dir     string
	cmd     *exec.Cmd
}

// postgresProgram finds a command of PostgreSQL, also where Debian keeps them; "" if it is not here.
func postgresProgram(name string) string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	slices.Sort(found)
	if len(found) > 0 {
		return found[len(found)-1]
	}
	path, _ := exec.LookPath(name)
	return path
}

// postgresSettings: a COMMIT does not wait for the disk, which would be what is measured then.
var postgresSettings = []string{"synchronous_commit=off", "max_connections=200", "shared_buffers=64MB", "max_wal_size=4GB", "checkpoint_timeout=30min"}

// startPostgres starts a server with the tables of the rows.
func startPostgres() (p *Postgres, err error) {
	initdb, server, psql := postgresProgram("initdb"), postgresProgram("postgres"), postgresProgram("psql")
	if initdb == "" || server == "" || psql == "" {
		return nil, errors.New("PostgreSQL is not here (Debian package postgresql)")
	}
	as, err := postgresAccount()
	if err != nil {
		return nil, err
	}
	p = &Postgres{}
	if p.dir, err = os.MkdirTemp("/tmp", "bench-pg-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			p.stop()
		}
	}()
	if as != nil {
		if err = os.Chown(p.dir, int(as.Uid), int(as.Gid)); err != nil {
			return nil, err
		}
	}
	run := func(input, name string, args ...string) error {
		cmd := exec.Command(name, args...)
		cmd.Dir, cmd.Stdin = p.dir, strings.NewReader(input)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", name, err, out)
		}
		return nil
	}
	data := filepath.Join(p.dir, "data")
	if err = run("", initdb, "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	p.url = "postgres://bench@127.0.0.1:" + port + "/postgres?sslmode=disable"
	args := []string{"-D", data, "-p", port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=" + p.dir}
	for _, s := range postgresSettings {
		args = append(args, "-c", s)
	}
	p.cmd = exec.Command(server, args...)
	p.cmd.Dir = p.dir
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	if err = p.cmd.Start(); err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if err = run("SELECT 1", psql, "-q", p.url); err == nil {
			break
		}
		if time.Now().After(deadline) {
			return nil, err
		}
	}
	if err = run(worldSQL(), psql, "-q", "-v", "ON_ERROR_STOP=1", p.url); err != nil {
		return nil, err
	}
	p.version = Engine{Title: "PostgreSQL", Command: []string{server}, Version: []string{server, "--version"}}.version()
	return p, nil
}

// stop ends the server and removes its folder.
func (p *Postgres) stop() {
	if p.cmd != nil && p.cmd.Process != nil {
		_ = p.cmd.Process.Signal(syscall.SIGINT) // ends connections, and writes what there is
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		stop := context.AfterFunc(ctx, func() { _ = p.cmd.Process.Kill() })
		_ = p.cmd.Wait()
		stop()
		cancel()
	}
	_ = os.RemoveAll(p.dir)
}

// postgresAccount is whom the server runs as, since it refuses root: nil if we aren't root.
func postgresAccount() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err1, err2)
}
