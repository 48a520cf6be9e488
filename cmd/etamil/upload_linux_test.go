package main

import (
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// uploads is a program that takes large bodies in each of the ways that there are.
const uploads = `
பெரியது = {"ஓடை": மெய், "உடல்": "100GiB"};
server.on("POST", "/pieces", பணி(r) { அளவு = 0; ஒவ்வொரு p இல் r.stream() { அளவு = அளவு + நீளம்(p); } திரும்பு அளவு; }, பெரியது);
server.on("POST", "/form", பணி(r) { திரும்பு r.files[0].size; }, பெரியது);
`

// largeUpload is how much is uploaded, in bytes: ten gigabytes where there is time.
func largeUpload() int64 {
	if os.Getenv("ETAMIL_LONG") != "" {
		return 10 << 30
	}
	return 512 << 20
}

// TestLargeUploads: bodies of many gigabytes, from a client that has none of their bytes, are
// taken with constant memory; of a form, the disk holds what has come and nothing afterwards.
func TestLargeUploads(t *testing.T) {
	dir := t.TempDir()
	p := serveProcess(t, "--port=0", "--uploads-folder", dir, write(t, t.TempDir(), "a.qmz", uploads))
	size := largeUpload()
	most := make(chan int64)
	stop := make(chan struct{})
	go func() {
		var m int64
		for {
			m = max(m, p.resident())
			select {
			case <-stop:
				most <- m
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	p.upload(200, "/pieces", io.LimitReader(nothing{}, size), "", fmt.Sprint(size))
	body, kind := largeForm(size)
	p.upload(200, "/form", body, kind, fmt.Sprint(size))
	close(stop)
	if m := <-most; m > 160<<20 {
		t.Errorf("it has taken %d MiB of memory for %d MiB", m>>20, size>>20)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("%v %v", left, err)
	}
	open := func() (links []string) {
		for _, link := range p.openFiles() {
			if strings.HasPrefix(link, dir) {
				links = append(links, link)
			}
		}
		return links
	}
	// The client is answered before the disk has forgotten its file, which takes a while.
	for end := time.Now().Add(time.Minute); len(open()) > 0 && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	if links := open(); len(links) > 0 {
		t.Errorf("still open: %q", links)
	}
	p.close()
}

// TestUploadsFolder: a folder into which nothing can be put is told of at the start, not to
// the first client who sends a large file.
func TestUploadsFolder(t *testing.T) {
	program := write(t, t.TempDir(), "a.qmz", uploads)
	for _, folder := range []string{filepath.Join(t.TempDir(), "none"), program} {
		cmd := exec.Command(os.Args[0], "serve", "--port=0", "--uploads-folder", folder, program)
		cmd.Env = append(os.Environ(), asCommand+"=1")
		out, _ := cmd.CombinedOutput()
		if cmd.ProcessState.ExitCode() != exitUsage || !strings.Contains(string(out), "files can't be put here") || !strings.Contains(string(out), folder) {
			t.Errorf("%s: it ends with %d and says %s", folder, cmd.ProcessState.ExitCode(), out)
		}
	}
}

// TestUploadsFillTheDisk: a form for which the disk has no room is answered 507, whatever else
// is going on, and its bytes are given back.
func TestUploadsFillTheDisk(t *testing.T) {
	p := serveProcess(t, "--port=0", "--uploads-folder", t.TempDir(), "--uploads-disk", "8MiB", write(t, t.TempDir(), "a.qmz", uploads))
	refused := 0
	for range 3 {
		body, kind := largeForm(20 << 20)
		p.upload(507, "/form", body, kind, "")
		refused++
		// The client is answered before the disk has forgotten its file, which takes a while.
		for end := time.Now().Add(time.Minute); ; refused++ {
			body, kind = largeForm(7 << 20)
			status, answer := p.tryUpload("/form", body, kind)
			if status == 200 && answer == fmt.Sprint(7<<20) {
				break
			}
			if status != 507 || time.Now().After(end) {
				t.Fatalf("what there is room for: %d %s", status, answer)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.end(exitOK)
	if n := strings.Count(p.said(), `"code":"storage_full"`); n != refused {
		t.Errorf("the log tells %d times of a full disk, %d were told of it:\n%s", n, refused, p.said())
	}
}

type nothing struct{}

func (nothing) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// largeForm is a form with one file of that size.
func largeForm(size int64) (body io.Reader, contentType string) {
	r, w := io.Pipe()
	m := multipart.NewWriter(w)
	go func() {
		p, err := m.CreateFormFile("f", "large.bin")
		if err == nil {
			_, err = io.Copy(p, io.LimitReader(nothing{}, size))
		}
		if err == nil {
			err = m.Close()
		}
		w.CloseWithError(err)
	}()
	return r, m.FormDataContentType()
}

// upload sends a body of unknown length, and wants an answer; body "" is any.
func (p *process) upload(status int, path string, from io.Reader, contentType, body string) {
	p.Helper()
	if got, b := p.tryUpload(path, from, contentType); got != status || body != "" && b != body {
		p.Fatalf("%s: %d %s", path, got, b)
	}
}

// tryUpload is upload, of whatever is answered.
func (p *process) tryUpload(path string, from io.Reader, contentType string) (status int, body string) {
	p.Helper()
	q, err := http.NewRequest("POST", p.url+path, from)
	if err != nil {
		p.Fatal(err)
	}
	q.Header.Set("Content-Type", contentType)
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		p.Fatal(err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil {
		p.Fatal(err)
	}
	return a.StatusCode, string(b)
}

// resident is how much memory the process has, in bytes.
func (p *process) resident() int64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0 // it has ended
	}
	var kib int64
	_, rest, _ := strings.Cut(string(b), "VmRSS:")
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		return 0
	}
	return kib << 10
}

// openFiles are the files that the process has open.
func (p *process) openFiles() (links []string) {
	names, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", p.cmd.Process.Pid))
	if err != nil {
		p.Fatal(err)
	}
	for _, n := range names {
		if link, err := os.Readlink(n); err == nil {
			links = append(links, link)
		}
	}
	return links
}
