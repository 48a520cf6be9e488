package config

import (
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// kind is how a value is read.
type kind uint8

// Beside each kind stands the type of its field.
const (
	text     kind = iota // string
	count                // int, a whole number
	size                 // int, bytes
	duration             // time.Duration
	choice               // string, one of key.values
	toggle               // bool
	list                 // []string, each one of key.values if there are any
	networks             // []netip.Prefix
	rate                 // Rate
)

// Rate is how often something may happen. The zero Rate is no limit.
type Rate struct {
	Count int
	Per   time.Duration
}

// String writes it as it is read: "100/s", "5/10s", "off".
func (r Rate) String() string {
	if r.Count == 0 {
		return "off"
	}
	return strconv.Itoa(r.Count) + "/" + strings.TrimPrefix(writeDuration(r.Per), "1")
}

// maxRate is the largest count of a Rate.
const maxRate = 1_000_000_000

// ParseRate reads "100/s", "5/10s", "3000 / 1h", or "off" for no limit.
func ParseRate(s string) (r Rate, ok bool) {
	if s == "off" {
		return Rate{}, true
	}
	before, after, ok := strings.Cut(s, "/")
	if !ok {
		return Rate{}, false
	}
	n, err := strconv.Atoi(strings.TrimSpace(before))
	if err != nil || n < 1 || n > maxRate {
		return Rate{}, false
	}
	per := strings.TrimSpace(after)
	if slices.ContainsFunc(units, func(u unit) bool { return u.name == per }) {
		per = "1" + per
	}
	d, ok := Duration(per)
	if !ok || d <= 0 {
		return Rate{}, false
	}
	return Rate{n, d}, true
}

type unit struct {
	name string
	of   time.Duration
}

// units of time. A unit whose name ends as a later one's does stands before it.
var units = []unit{{"ms", time.Millisecond}, {"s", time.Second}, {"m", time.Minute}, {"h", time.Hour}, {"d", 24 * time.Hour}}

// Duration reads seconds, or a number with a unit: "0.5", "250ms", "5s", "2h".
func Duration(s string) (time.Duration, bool) {
	of := time.Second
	for _, u := range units {
		if rest, ok := strings.CutSuffix(s, u.name); ok {
			s, of = rest, u.of
			break
		}
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsNaN(n) || math.Abs(n) > float64(1000*24*time.Hour/of) {
		return 0, false
	}
	return time.Duration(n * float64(of)), true
}

// writeDuration writes d as a whole number of the largest unit that gives one, days
// aside, else as seconds.
func writeDuration(d time.Duration) string {
	for _, u := range []unit{units[3], units[2], units[1], units[0]} {
		if d%u.of == 0 && (d >= 2*u.of || d == u.of) {
			return strconv.FormatInt(int64(d/u.of), 10) + u.name
		}
	}
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + "s"
}

// Bytes reads a number of bytes, or one with a unit: "64KiB", "1MB".
func Bytes(s string) (int64, bool) {
	of := int64(1)
	for _, u := range sizes {
		if rest, ok := strings.CutSuffix(s, u.name); ok {
			s, of = rest, u.of
			break
		}
	}
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || n < 0 || n > large/of {
		return 0, false
	}
	return n * of, true
}

var sizes = []struct {
	name string
	of   int64
}{{"GiB", gib}, {"MiB", mib}, {"KiB", 1 << 10}, {"GB", 1000_000_000}, {"MB", 1000_000}, {"KB", 1000}, {"B", 1}}

// writeSize writes n as a whole number of the largest binary unit that gives one.
func writeSize(n int64) string {
	for _, u := range sizes[:3] {
		if n >= u.of && n%u.of == 0 {
			return strconv.FormatInt(n/u.of, 10) + u.name
		}
	}
	return strconv.FormatInt(n, 10)
}

// toggles are the words of a toggle.
var toggles = map[string]bool{"true": true, "false": false, "on": true, "off": false, "yes": true, "no": false, "1": true, "0": false}

// networkNames are words for networks.
var networkNames = sync.OnceValue(func() map[string][]netip.Prefix {
	return map[string][]netip.Prefix{
		"loopback": {netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")},
		"private": {
			netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
			netip.MustParsePrefix("fc00::/7"), netip.MustParsePrefix("fe80::/10"),
		},
	}
})

// parseNetworks reads networks as addresses, prefixes and names: "10.0.0.0/8", "::1",
// "loopback".
func parseNetworks(words []string) ([]netip.Prefix, bool) {
	var nets []netip.Prefix
	for _, w := range words {
		if named, ok := networkNames()[w]; ok {
			nets = append(nets, named...)
			continue
		}
		p, err := netip.ParsePrefix(w)
		if err != nil {
			a, err := netip.ParseAddr(w)
			if err != nil || a.Zone() != "" {
				return nil, false
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		nets = append(nets, p.Masked())
	}
	return nets, true
}

// words are the parts of a list that is written as one text: "a, b".
func words(s string) []string {
	var list []string
	for w := range strings.SplitSeq(s, ",") {
		if w = strings.TrimSpace(w); w != "" {
			list = append(list, w)
		}
	}
	return list
}

// read reads s into k's field of c; false when it does not fit.
func (k *key) read(c *Config, s string) bool {
	if k.kind == list || k.kind == networks {
		return k.readList(c, words(s))
	}
	switch p := k.field(c).(type) {
	case *string:
		if s == "" && k.def != "" || k.values != nil && !slices.Contains(k.values, s) || strings.ContainsRune(s, 0) {
			return false
		}
		*p = s
	case *bool:
		b, ok := toggles[strings.ToLower(s)]
		if !ok {
			return false
		}
		*p = b
	case *int:
		n, ok := int64(0), false
		if k.kind == size {
			n, ok = Bytes(s)
		} else {
			var err error
			n, err = strconv.ParseInt(s, 10, 64)
			ok = err == nil
		}
		if !ok || n < k.min || n > k.max {
			return false
		}
		*p = int(n)
	case *time.Duration:
		d, ok := Duration(s)
		if !ok || d < 0 || d == 0 && !k.zero {
			return false
		}
		*p = d
	case *Rate:
		r, ok := ParseRate(s)
		if !ok {
			return false
		}
		*p = r
	}
	return true
}

// readList reads a list's words.
func (k *key) readList(c *Config, words []string) bool {
	switch p := k.field(c).(type) {
	case *[]string:
		if k.values != nil && slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(k.values, w) }) {
			return false
		}
		*p = words
	case *[]netip.Prefix:
		nets, ok := parseNetworks(words)
		if !ok {
			return false
		}
		*p = nets
	}
	return true
}

// write is k's value in c as it could be read again.
func (k *key) write(c *Config) string {
	switch p := k.field(c).(type) {
	case *bool:
		return strconv.FormatBool(*p)
	case *int:
		if k.kind == size {
			return writeSize(int64(*p))
		}
		return strconv.Itoa(*p)
	case *time.Duration:
		return writeDuration(*p)
	case *[]string:
		return strings.Join(*p, ", ")
	case *[]netip.Prefix:
		var list []string
		for _, n := range *p {
			if n.IsSingleIP() {
				list = append(list, n.Addr().String())
			} else {
				list = append(list, n.String())
			}
		}
		return strings.Join(list, ", ")
	case *Rate:
		return p.String()
	case *string:
		return *p
	}
	panic("config: " + k.name + " has a field of no kind")
}

// value is k's value in c as a program sees it: a string, bool, int, float64 (seconds)
// or []any.
func (k *key) value(c *Config) any {
	switch p := k.field(c).(type) {
	case *bool:
		return *p
	case *int:
		return *p
	case *time.Duration:
		return p.Seconds()
	case *[]string, *[]netip.Prefix:
		all := []any{}
		for _, w := range words(k.write(c)) {
			all = append(all, w)
		}
		return all
	}
	return k.write(c)
}

// unit is what a value must be, in English, and tamilUnit in Tamil.
func (k *key) unit() string {
	switch k.kind {
	case count:
		return "a whole number from " + amount(k.min) + " to " + amount(k.max)
	case size:
		return "a number of bytes such as 64KiB, from " + amount(k.min) + " to " + amount(k.max)
	case duration:
		return "seconds, or a time such as 250ms or 5s"
	case choice:
		return strings.Join(k.values, " or ")
	case toggle:
		return "true or false"
	case list:
		if k.values != nil {
			return "a list of " + strings.Join(k.values, ", ")
		}
		return "a list of texts"
	case networks:
		return "a list of addresses or networks such as 10.0.0.0/8, loopback or private"
	case rate:
		return "a rate such as 100/s or 5/10s, or off"
	}
	return "text"
}

func (k *key) tamilUnit() string {
	switch k.kind {
	case count:
		return amount(k.min) + " முதல் " + amount(k.max) + " வரை ஒரு முழு எண்"
	case size:
		return "64KiB போன்ற அளவு, " + amount(k.min) + " முதல் " + amount(k.max) + " வரை"
	case duration:
		return "நொடிகள், அல்லது 250ms, 5s போன்ற நேரம்"
	case choice:
		return strings.Join(k.values, " அல்லது ")
	case toggle:
		return "true அல்லது false"
	case list:
		if k.values != nil {
			return strings.Join(k.values, ", ") + " ஆகியவற்றின் பட்டியல்"
		}
		return "உரைகளின் பட்டியல்"
	case networks:
		return "10.0.0.0/8, loopback, private போன்ற வலையங்கள் அல்லது முகவரிகளின் பட்டியல்"
	case rate:
		return "100/s, 5/10s போன்ற வீதம், அல்லது off"
	}
	return "ஓர் உரை"
}

func amount(n int64) string {
	if n == large {
		return "2^50"
	}
	return strconv.FormatInt(n, 10)
}
