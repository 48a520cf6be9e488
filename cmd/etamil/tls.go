package main

import (
	"errors"
	"fmt"
	"time"

	"etamil/internal/certs"
	"etamil/internal/config"
	"etamil/internal/std/host"
	"etamil/internal/std/logs"
)

// certificate reads the certificate that the settings name; nil when they name none. What
// is wrong with it has been said when ok is false.
func (c *call) certificate(cfg *config.Config) (s *certs.Store, ok bool) {
	if cfg.TLSCert == "" {
		return nil, true
	}
	s, err := certs.Open(cfg.TLSCert, cfg.TLSKey)
	var e *certs.Error
	if errors.As(err, &e) {
		fmt.Fprintf(c.Err, "etamil: %s: %s  (%s)\n", e.File, e.Tamil, e.English)
		return nil, false
	}
	return s, true
}

// renewEvery is how often the files of the certificate are looked at.
const renewEvery = 5 * time.Second

// watchCertificate looks at the files of the certificate until stop.
func (o *operator) watchCertificate() (stop func()) {
	if o.certs == nil {
		return func() {}
	}
	over := make(chan struct{})
	go func() {
		for {
			select {
			case <-time.After(renewEvery):
				o.renew()
			case <-over:
				return
			}
		}
	}()
	return func() { close(over) }
}

// renew takes up a certificate whose files have changed, and says what has come of it.
func (o *operator) renew() {
	if o.certs == nil {
		return
	}
	changed, err := o.certs.Renew()
	var e *certs.Error
	switch {
	case errors.As(err, &e):
		o.tellReload(host.Error, "certificate_failed", fmt.Sprintf("%s: %s; முந்தைய சான்றிதழ் தொடர்கிறது  (%s; the certificate stays as it was)", e.File, e.Tamil, e.English), func(l *logs.Line) {
			l.Text("file", e.File)
			l.Text("error", host.Both(e.Tamil, e.English))
		}, nil)
	case changed:
		until := o.certs.Until().UTC().Format(time.RFC3339)
		o.tellReload(host.Info, "certificate_renewed", "புதிய சான்றிதழ், "+until+" வரை  (a new certificate)", func(l *logs.Line) { l.Text("until", until) }, nil)
	}
}
