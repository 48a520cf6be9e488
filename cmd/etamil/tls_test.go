package main

import (
	"crypto/tls"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"etamil/internal/certs/certstest"
)

// TestTLSMistakes: a certificate that can't be used ends the start with a sentence that says why.
func TestTLSMistakes(t *testing.T) {
	now := time.Now()
	good, other, old := t.TempDir(), t.TempDir(), t.TempDir()
	cert, key, _ := certstest.Write(t, good, "a", now.Add(-time.Hour), now.Add(time.Hour))
	_, wrong, _ := certstest.Write(t, other, "b", now.Add(-time.Hour), now.Add(time.Hour))
	oldCert, oldKey, _ := certstest.Write(t, old, "c", now.Add(-2*time.Hour), now.Add(-time.Hour))
	program := write(t, t.TempDir(), "a.qmz", greeting)
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--tls-cert", cert}, "tls.cert needs tls.key"},
		{[]string{"--tls-key", key}, "tls.key needs tls.cert"},
		{[]string{"--tls-cert", filepath.Join(good, "none.pem"), "--tls-key", key}, "cannot be read: no such file"},
		{[]string{"--tls-cert", cert, "--tls-key", wrong}, "does not belong to the certificate"},
		{[]string{"--tls-cert", oldCert, "--tls-key", oldKey}, "has expired"},
		{[]string{"--tls-cert", program, "--tls-key", key}, "there is no PEM certificate"},
	} {
		cmd := exec.Command(os.Args[0], append(append([]string{"serve", "--port=0"}, c.args...), program)...)
		cmd.Env = append(os.Environ(), asCommand+"=1")
		out, _ := cmd.CombinedOutput()
		if cmd.ProcessState.ExitCode() != exitUsage || !strings.Contains(string(out), c.says) {
			t.Errorf("%q ends with %d and says %s", c.args, cmd.ProcessState.ExitCode(), out)
		}
	}
}

// TestTLSRenewal: new files of the certificate are taken up by SIGHUP, and wrong ones told of.
func TestTLSRenewal(t *testing.T) {
	now := time.Now()
	dir := t.TempDir()
	cert, key, pool := certstest.Write(t, dir, "one", now.Add(-time.Hour), now.Add(time.Hour))
	p := serveProcess(t, "--port=0", "--tls-cert", cert, "--tls-key", key, write(t, t.TempDir(), "a.qmz", greeting))
	if !strings.HasPrefix(p.url, "https://") {
		t.Fatalf("it listens on %s", p.url)
	}
	name := func() string {
		t.Helper()
		tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
		defer tr.CloseIdleConnections()
		a, err := (&http.Client{Transport: tr, Timeout: time.Minute}).Get(p.url + "/")
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		return a.TLS.PeerCertificates[0].Subject.CommonName
	}
	if got := name(); got != "one" {
		t.Errorf("it shows %s", got)
	}
	before := pool
	certstest.Write(t, dir, "old", now.Add(-2*time.Hour), now.Add(-time.Hour))
	p.signal(syscall.SIGHUP)
	if got, _ := p.event("certificate_failed")["error"].(string); !strings.Contains(got, "has expired") {
		t.Errorf("it says %q", got)
	}
	pool = before
	if got := name(); got != "one" {
		t.Errorf("it shows %s", got)
	}
	_, _, pool = certstest.Write(t, dir, "two", now.Add(-time.Hour), now.Add(time.Hour))
	p.signal(syscall.SIGHUP)
	p.event("certificate_renewed")
	if got := name(); got != "two" {
		t.Errorf("it shows %s", got)
	}
	p.signal(syscall.SIGTERM)
	p.end(exitOK)
}
