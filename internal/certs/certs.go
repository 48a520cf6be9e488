// Package certs keeps the certificate that a server shows, and reads it again when its files
// change: those who renew certificates only write files.
package certs

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"etamil/internal/diag"
)

// Error says what is wrong with a certificate or its key.
type Error struct {
	File           string // which file it is about
	Tamil, English string
	Err            error // what the system or crypto says; may be nil
}

// Error is the English sentence.
func (e *Error) Error() string { return e.File + ": " + e.English }

// Unwrap is what the system or crypto says.
func (e *Error) Unwrap() error { return e.Err }

// Store has the certificate of two files. Any goroutine may use it.
type Store struct {
	certFile, keyFile string
	now               func() time.Time
	current           atomic.Pointer[tls.Certificate]

	mu   sync.Mutex
	seen [2]state // of the files when they were last read
}

// state tells that a file has changed. Size and time don't: what is written twice within a tick of
// the system's clock, up to a hundredth of a second, has one time.
type state struct {
	there bool
	sum   [sha256.Size]byte
}

// Open reads a certificate with its chain, and the key, both PEM. The error is an *Error: one of
// the files is missing or is no such thing, they do not belong together, or the certificate
// holds no longer or not yet.
func Open(certFile, keyFile string) (*Store, error) {
	return open(certFile, keyFile, time.Now)
}

func open(certFile, keyFile string, now func() time.Time) (*Store, error) {
	s := &Store{certFile: certFile, keyFile: keyFile, now: now}
	s.seen = s.states()
	c, err := s.load()
	if err != nil {
		return nil, err
	}
	s.current.Store(c)
	return s, nil
}

// Config is for a server that shows the certificate there is at the time: TLS 1.2 and later, h2 and
// HTTP/1.1.
func (s *Store) Config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return s.current.Load(), nil },
	}
}

// Until is when the certificate's time ends.
func (s *Store) Until() time.Time { return s.current.Load().Leaf.NotAfter }

// Renew looks whether the files have changed, and reads them if so. An error says why what was
// there before stays; it is told once for each change.
func (s *Store) Renew() (changed bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.states()
	if now == s.seen {
		return false, nil
	}
	s.seen = now
	c, err := s.load()
	if err != nil {
		return false, err
	}
	s.current.Store(c)
	return true, nil
}

func (s *Store) states() (all [2]state) {
	for i, name := range []string{s.certFile, s.keyFile} {
		if b, err := os.ReadFile(name); err == nil {
			all[i] = state{true, sha256.Sum256(b)}
		}
	}
	return all
}

func (s *Store) load() (*tls.Certificate, error) {
	cert, err := read(s.certFile)
	if err != nil {
		return nil, err
	}
	key, err := read(s.keyFile)
	if err != nil {
		return nil, err
	}
	if !hasCertificate(cert) {
		return nil, &Error{s.certFile, "இதில் PEM சான்றிதழ் இல்லை", "there is no PEM certificate in it", nil}
	}
	c, err := tls.X509KeyPair(cert, key)
	switch {
	case err == nil:
	case !hasKey(key):
		return nil, &Error{s.keyFile, "இதில் PEM தனிச்சாவி இல்லை", "there is no PEM private key in it", err}
	default:
		return nil, &Error{s.keyFile, "இந்தத் தனிச்சாவி " + s.certFile + " சான்றிதழுக்கு உரியது அல்ல", "this key does not belong to the certificate in " + s.certFile, err}
	}
	if c.Leaf == nil {
		if c.Leaf, err = x509.ParseCertificate(c.Certificate[0]); err != nil {
			return nil, &Error{s.certFile, "சான்றிதழைப் படிக்க முடியவில்லை", "the certificate cannot be read", err}
		}
	}
	const day = "2006-01-02 15:04 MST"
	switch now := s.now(); {
	case now.After(c.Leaf.NotAfter):
		t := c.Leaf.NotAfter.Format(day)
		return nil, &Error{s.certFile, "சான்றிதழ் " + t + " அன்று காலாவதியானது", "the certificate has expired at " + t, nil}
	case now.Before(c.Leaf.NotBefore):
		t := c.Leaf.NotBefore.Format(day)
		return nil, &Error{s.certFile, "சான்றிதழ் " + t + " முதலே செல்லும்", "the certificate does not hold before " + t, nil}
	}
	return &c, nil
}

// read reads a small file.
func read(name string) ([]byte, error) {
	b, err := os.ReadFile(name)
	if err == nil {
		return b, nil
	}
	tamil, english := diag.Why(err)
	return nil, &Error{name, "படிக்க முடியவில்லை: " + tamil, "cannot be read: " + english, err}
}
