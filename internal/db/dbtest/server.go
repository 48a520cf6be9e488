// Package dbtest starts database servers for tests: private ones, on free ports, with
// their data in folders that are gone afterwards. A test that needs a server which is not
// installed fails, and says which command installs it.
package dbtest

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Server is a server that a test may kill and start again.
type Server struct {
	URL  string // for DATABASE_URL or REDIS_URL
	Port int

	dir     string
	command []string
	env     []string // beside ours
	process *exec.Cmd
	ended   chan error
	ready   func(*Server) error
	log     *os.File
}

// program finds the command of that name, also where Debian keeps servers.
func program(t testing.TB, name, pkg string) string {
	t.Helper()
	if p, err := exec.LookPath(name); err == nil {
		return p
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	found = append(found, "/usr/sbin/"+name)
	slices.Sort(found)
	slices.Reverse(found)
	for _, p := range found {
		if info, err := os.Stat(p); err == nil && info.Mode()&0o111 != 0 {
			return p
		}
	}
	t.Fatalf("%s is not installed: run ./test --install (Debian package %s), or ./test --core, which does without it", name, pkg)
	return ""
}

// Lasting is a test whose servers go on when it ends, for the other tests of its package;
// TestMain calls End.
type Lasting struct {
	testing.TB
	ends []func()
}

// Cleanup implements testing.TB.
func (l *Lasting) Cleanup(f func()) { l.ends = append(l.ends, f) }

// End stops what was started.
func (l *Lasting) End() {
	for i := len(l.ends) - 1; i >= 0; i-- {
		l.ends[i]()
	}
	l.ends = nil
}

// FreePort is a port of the loopback address for a server that is to be started. Until the test
// ends the system gives it to nobody who asks for any, as other tests do all the time, neither before the
// server has it nor while it is away: a socket has it that does not listen, which those who ask for this
// port don't mind.
func FreePort(t testing.TB) int {
	t.Helper()
	syscall.ForkLock.RLock()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		t.Fatal(err)
	}
	err = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
	if err == nil {
		err = syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}})
	}
	if err != nil {
		t.Fatal(err)
	}
	a, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	port := a.(*syscall.SockaddrInet4).Port
	l, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", port))
	if err == nil {
		l.Close()
	}
	if err == nil && runtime.GOOS == "linux" {
		t.Cleanup(func() { syscall.Close(fd) })
	} else { // where they do mind
		syscall.Close(fd)
	}
	return port
}

// account is whom servers run as, since they refuse root: nil if we aren't root.
func account(t testing.TB, names ...string) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range append(names, "nobody") {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	t.Fatal("no account that a server could run as")
	return nil
}

// folder is a folder for a server's data, which its account owns. It is short, as the
// names of sockets must be, and none of its parents is closed to others.
func folder(t testing.TB, as *syscall.Credential) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "etamil-db-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if as != nil {
		if err := os.Chown(dir, int(as.Uid), int(as.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// once runs a command to its end as the server's account.
func once(t testing.TB, as *syscall.Credential, dir, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
}

// Start starts the server; it is stopped when the test ends.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	err := s.start(t)
	for range 50 {
		if err == nil || !strings.Contains(s.Log(), "shared memory block") {
			break
		}
		time.Sleep(100 * time.Millisecond) // processes of the server that was killed are still about to notice
		_ = s.log.Truncate(0)
		err = s.start(t)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (s *Server) start(t testing.TB) error {
	s.process = exec.Command(s.command[0], s.command[1:]...)
	s.process.Dir, s.process.Env = s.dir, append(os.Environ(), s.env...)
	s.process.Stdout, s.process.Stderr = s.log, s.log
	s.process.SysProcAttr = process(account(t, accounts[filepath.Base(s.command[0])]...))
	began, ended := make(chan error, 1), make(chan error, 1)
	s.ended = ended
	p := s.process
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.Start()
		began <- err
		if err == nil {
			ended <- p.Wait()
		}
	}()
	if err := <-began; err != nil {
		return err
	}
	deadline := time.Now().Add(60 * time.Second)
	for {
		select {
		case err := <-ended:
			ended <- err
			return fmt.Errorf("%s has ended: %v\n%s", s.command[0], err, s.Log())
		default:
		}
		err := s.ready(s)
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s does not answer: %v\n%s", s.command[0], err, s.Log())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Log is what the server has written.
func (s *Server) Log() string {
	b, _ := os.ReadFile(s.log.Name())
	if len(b) > 4000 {
		b = b[len(b)-4000:]
	}
	return string(b)
}

// Stop ends the server as a signal does, and waits until it is gone.
func (s *Server) Stop(signal syscall.Signal) {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Signal(signal)
	select {
	case <-s.ended:
	case <-time.After(20 * time.Second):
		_ = s.process.Process.Kill()
		<-s.ended
	}
	s.process = nil
}

// Signal sends the server's process a signal that leaves it there: SIGSTOP makes it a server
// that takes connections and says nothing.
func (s *Server) Signal(signal syscall.Signal) { _ = s.process.Process.Signal(signal) }

// Kill ends the server without a chance to say farewell.
func (s *Server) Kill() { s.Stop(syscall.SIGKILL) }

// accounts are whom servers prefer to run as.
var accounts = map[string][]string{
	"haproxy": {"haproxy"}, "postgres": {"postgres"}, "mariadbd": {"mysql"}, "redis-server": {"redis"}, "pgbouncer": {"postgres"},
}

func newServer(t testing.TB, dir string, env []string, port int, ready func(*Server) error, command ...string) *Server {
	t.Helper()
	log, err := os.CreateTemp("", "etamil-db-log-")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Port: port, dir: dir, command: command, env: env, ready: ready, log: log}
	t.Cleanup(func() {
		s.Kill()
		_ = log.Close()
		_ = os.Remove(log.Name())
	})
	s.Start(t)
	return s
}

// listening is ready when the port is open.
func listening(s *Server) error {
	c, err := knock(s)
	if err != nil {
		return err
	}
	return c.Close()
}

// knock connects to a server that may not be there yet, for a second.
func knock(s *Server) (net.Conn, error) {
	c, err := net.DialTimeout("tcp", "127.0.0.1:"+strconv.Itoa(s.Port), time.Second)
	if err != nil {
		return nil, err
	}
	_ = c.SetDeadline(time.Now().Add(time.Second))
	return c, nil
}

// greeting is ready when who connects is spoken to: MariaDB's port is open a while before.
func greeting(s *Server) error {
	c, err := knock(s)
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = c.Read(make([]byte, 1))
	return err
}

// Password is that of the user test on every server.
const Password = "அ'b c"

// Postgres starts a PostgreSQL server with the database, user test.
func Postgres(t testing.TB, settings ...string) *Server {
	t.Helper()
	return postgres(t, nil, settings...)
}

func postgres(t testing.TB, env []string, settings ...string) *Server {
	t.Helper()
	initdb, server := program(t, "initdb", "postgresql"), program(t, "postgres", "postgresql")
	as := account(t, "postgres")
	dir := folder(t, as)
	if err := os.WriteFile(filepath.Join(dir, "pw"), []byte(Password+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	data := filled(t, as, dir, server, func(data string) []string {
		return []string{initdb, "-D", data, "-U", "test", "-A", "scram-sha-256", "--pwfile=pw", "-E", "UTF8", "--locale=C", "-N"}
	})
	port := FreePort(t)
	args := []string{server, "-D", data, "-p", strconv.Itoa(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=" + dir,
		"-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=60", "-c", "shared_buffers=32MB"}
	for _, set := range settings {
		args = append(args, "-c", set)
	}
	s := newServer(t, dir, env, port, postgresReady, args...)
	s.URL = fmt.Sprintf("postgres://test:%s@127.0.0.1:%d/postgres?sslmode=disable", escape(Password), port)
	return s
}

// postgresReady asks with the first message of the protocol: a server that is starting or
// recovering refuses with another answer than the demand for a password.
func postgresReady(s *Server) error {
	c, err := knock(s)
	if err != nil {
		return err
	}
	defer c.Close()
	body := "\x00\x03\x00\x00user\x00test\x00database\x00postgres\x00\x00"
	if _, err := c.Write(append([]byte{0, 0, 0, byte(len(body) + 4)}, body...)); err != nil {
		return err
	}
	var buf [512]byte
	n, err := c.Read(buf[:])
	if err != nil {
		return err
	}
	answer := string(buf[:n])
	if answer[0] == 'R' || strings.Contains(answer, "C28000") { // or it wants TLS first
		return nil
	}
	return fmt.Errorf("it answers %q", answer)
}

// PgBouncer starts a PgBouncer before a PostgreSQL server: each transaction gets one of two connections.
func PgBouncer(t testing.TB, behind *Server) *Server {
	t.Helper()
	server := program(t, "pgbouncer", "pgbouncer")
	dir := folder(t, account(t, "postgres"))
	port := FreePort(t)
	config := fmt.Sprintf(`[databases]
postgres = host=127.0.0.1 port=%d dbname=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = scram-sha-256
auth_file = %s
pool_mode = transaction
default_pool_size = 2
max_prepared_statements = 0
`, behind.Port, port, filepath.Join(dir, "users"))
	if version, err := exec.Command(server, "--version").Output(); err == nil && strings.HasPrefix(string(version), "PgBouncer 1.18") {
		config = strings.Replace(config, "max_prepared_statements = 0\n", "", 1) // it has no such setting, and none of what it is for
	}
	for name, text := range map[string]string{"ini": config, "users": fmt.Sprintf("\"test\" \"%s\"\n", Password)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s := newServer(t, dir, nil, port, postgresReady, server, filepath.Join(dir, "ini"))
	s.URL = fmt.Sprintf("postgres://test:%s@127.0.0.1:%d/postgres?sslmode=disable", escape(Password), port)
	return s
}

// MariaDB starts a MariaDB server with the database test, user test.
func MariaDB(t testing.TB, settings ...string) *Server {
	t.Helper()
	server := program(t, "mariadbd", "mariadb-server")
	as := account(t, "mysql")
	dir := folder(t, as)
	// The tables that a server needs are made by a script of the distribution; it runs the
	// server once without a network. A server that starts clears away the temporary tables
	// that it finds: in a folder that others share these are theirs.
	const log = "--innodb-log-file-size=8M"
	data := filled(t, as, dir, server, func(data string) []string {
		return []string{program(t, "mariadb-install-db", "mariadb-server"), "--no-defaults", "--datadir=" + data, "--tmpdir=.", log,
			"--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"}
	})
	first := filepath.Join(dir, "first.sql")
	quoted := strings.ReplaceAll(Password, "'", "''")
	sql := "CREATE DATABASE IF NOT EXISTS test CHARACTER SET utf8mb4;\n" +
		"CREATE OR REPLACE USER 'test'@'%' IDENTIFIED BY '" + quoted + "';\nGRANT ALL ON *.* TO 'test'@'%';\n"
	if err := os.WriteFile(first, []byte(sql), 0o644); err != nil {
		t.Fatal(err)
	}
	port := FreePort(t)
	args := []string{server, "--no-defaults", "--datadir=" + data, "--tmpdir=" + dir, "--port=" + strconv.Itoa(port), "--bind-address=127.0.0.1",
		"--socket=" + filepath.Join(dir, "s"), "--pid-file=" + filepath.Join(dir, "pid"), "--init-file=" + first, "--skip-name-resolve",
		log, "--innodb-flush-log-at-trx-commit=2", "--innodb-buffer-pool-size=32M", "--character-set-server=utf8mb4"}
	for _, set := range settings {
		args = append(args, "--"+set)
	}
	s := newServer(t, dir, nil, port, greeting, args...)
	s.URL = fmt.Sprintf("mysql://test:%s@127.0.0.1:%d/test", escape(Password), port)
	return s
}

// Redis starts a Redis server.
func Redis(t testing.TB, settings ...string) *Server {
	t.Helper()
	server := program(t, "redis-server", "redis-server")
	dir := folder(t, account(t, "redis"))
	port := FreePort(t)
	args := []string{server, "--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", dir}
	s := newServer(t, dir, nil, port, listening, append(args, settings...)...)
	s.URL = fmt.Sprintf("redis://127.0.0.1:%d/0", port)
	return s
}

// escape writes s as a part of a URL.
func escape(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}
