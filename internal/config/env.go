package config

import (
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"etamil/internal/diag"
)

// envPrefix begins the names of all variables that are ours.
const envPrefix = "ETAMIL_"

// fileSuffix ends the name of a variable that names a file with the value in it, as
// secrets are handed to containers.
const fileSuffix = "_FILE"

// ConfigVariable names the file with the settings, in place of etamil.toml.
const ConfigVariable = envPrefix + "CONFIG"

// others are the variables with our prefix that are no settings of a server.
var others = []string{
	ConfigVariable,
	"ETAMIL_PATH",       // where imports are looked for
	"ETAMIL_EXEC_ALLOW", // which programs a program may run
}

// tests are those that our own tests read: the whole count of what is otherwise a tenth.
var tests = []string{"ETAMIL_LONG", "ETAMIL_FULL"}

// testPrefix begins what our own tests tell their children.
const testPrefix = "ETAMIL_TEST_"

// maxSecret is the most bytes that a file named by a _FILE variable may hold.
const maxSecret = 64 << 10

// environment reads the variables. An empty one is as good as none.
func (l *loader) environment(env []string) {
	vars := map[string]string{}
	for _, v := range env {
		if name, val, _ := strings.Cut(v, "="); val != "" {
			vars[name] = val
		}
	}
	known := map[string]bool{}
	for i := range table {
		k := &table[i]
		set := false // by a stronger name
		for _, name := range k.envs() {
			known[name], known[name+fileSuffix] = true, true
			val, plain := vars[name]
			path, file := vars[name+fileSuffix]
			if set || !plain && !file {
				continue
			}
			set = true
			switch {
			case plain && file:
				l.envError(name+fileSuffix, k, name+" உம் கொடுக்கப்பட்டுள்ளது; இரண்டில் ஒன்றே போதும்", name+" is set as well; only one of them can be", "")
			case plain && name == "ETAMIL_PORT" && strings.Contains(val, "://"):
				l.envError(name, k, kubernetes.tamil, kubernetes.english, "enableServiceLinks: false")
			case plain:
				l.set(k, val, Environment, place{what: name})
			default:
				val, err := readSecret(path)
				if err != nil {
					tamil, english := unread(err)
					l.envError(name+fileSuffix, k, diag.Quote(path)+" ஐப் படிக்க முடியவில்லை: "+tamil, "cannot read "+diag.Quote(path)+": "+english, "")
					continue
				}
				l.set(k, val, Environment, place{what: name + fileSuffix})
			}
		}
	}
	for _, v := range env {
		name, val, _ := strings.Cut(v, "=")
		if val != "" && strings.HasPrefix(name, envPrefix) && !known[name] && !isReserved(name) {
			known[name] = true
			l.unknownVariable(name)
		}
	}
}

// kubernetes is what is said about the variables that Kubernetes makes for a service
// with our name.
var kubernetes = struct{ tamil, english string }{
	"'etamil' என்ற சேவைக்காக Kubernetes தரும் மாறி இது; அமைப்பு அல்ல", "Kubernetes sets this for a service named etamil; it is no setting",
}

func isReserved(name string) bool {
	return slices.Contains(others, name) || slices.Contains(tests, name) || strings.HasPrefix(name, testPrefix)
}

func (l *loader) envError(name string, k *key, tamil, english, suggestion string) {
	e := &Error{Source: Environment, Where: name, Tamil: tamil, English: english, Suggestion: suggestion}
	if k != nil {
		e.Key = k.path()
	}
	l.errs = append(l.errs, e)
}

// unknownVariable says that nothing is called so.
func (l *loader) unknownVariable(name string) {
	if strings.HasPrefix(name, "ETAMIL_PORT_") || strings.HasPrefix(name, "ETAMIL_SERVICE_") {
		l.envError(name, nil, kubernetes.tamil, kubernetes.english, "enableServiceLinks: false")
		return
	}
	base, file := strings.CutSuffix(name, fileSuffix)
	all := slices.Clone(others)
	for i := range table {
		all = append(all, table[i].env())
	}
	best, ok := diag.Nearest(base, all)
	if !ok {
		// ETAMIL_SERVER_PORT, as the file has it.
		for i := range table {
			if k := &table[i]; base == envPrefix+strings.ToUpper(k.section+"_"+k.name) {
				best, ok = k.env(), true
			}
		}
	}
	if ok && file {
		best += fileSuffix
	}
	l.envError(name, nil, "இப்படி ஒரு சூழல் மாறி இல்லை", "there is no such variable", best)
}

// readSecret reads the value in a file, without the line end that editors leave.
func readSecret(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	switch {
	case err != nil:
		return "", err
	case len(b) > maxSecret:
		return "", errTooLong("64KiB")
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}

// errTooLong is an error of a file that is longer than that.
type errTooLong string

func (e errTooLong) Error() string { return "longer than " + string(e) }

// unread is why a file could not be read, without its path, which has been said.
func unread(err error) (tamil, english string) {
	var long errTooLong
	if errors.As(err, &long) {
		return string(long) + " ஐ விட நீளமானது", long.Error()
	}
	return diag.Why(err)
}
