package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"etamil/internal/serve"
	"etamil/internal/std/all"
	"etamil/internal/std/cache"
	"etamil/internal/std/db"
	"etamil/vm"
)

// earlyRun runs a file as a process of its own: internal/early looks at the command line of the
// process only.
func earlyRun(t *testing.T, dir, file string, env ...string) outcome {
	t.Helper()
	cmd := commandProcess(t, "run", file)
	cmd.Dir = dir
	cmd.Env = append(append(cmd.Env, "NO_COLOR=1"), env...)
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return outcome{out: out.String(), err: errs.String(), exit: cmd.ProcessState.ExitCode()}
}

func writeProgram(t *testing.T, text string) (dir, file string) {
	t.Helper()
	dir, file = t.TempDir(), "நிரல்.qmz"
	if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, file
}

// TestEarly: what a program does is the same whether it is run before main or by main.
func TestEarly(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":       "",
		"output":        `அச்சு "வணக்கம்"; அச்சு 0.1 + 0.2;`,
		"exit":          `அச்சு 1; வெளியேறு(7); அச்சு 2;`,
		"error":         `செயல் f(x) { திரும்பு 1 / x; } அச்சு 1; அச்சு f(0);`,
		"mistake":       `அச்சு (1;`,
		"waiting":       `உறங்கு(0.01); அச்சு 1;`,
		"tasks":         "வ = வாய்க்கால்(2);\nதொடங்கு { வ.அனுப்பு(\"அ\"); உறங்கு(0.01); வ.அனுப்பு(\"ஆ\"); வ.மூடு(); }\nஅச்சு வ.பெறு() & வ.பெறு();",
		"a task left":   `தொடங்கு { உறங்கு(0.01); அச்சு 2; } அச்சு 1;`,
		"a deadlock":    `வ = வாய்க்கால்(); அச்சு வ.பெறு();`,
		"long":          `i = 0; (i < 200000) சுற்று { i = i + 1; } அச்சு i;`,
		"a test":        `சோதனை "ஒன்று" { உறுதி(பொய்); } அச்சு 1;`,
		"a server":      `server.on("GET", "/", செயல்(r) { திரும்பு பதில்(200, "a"); }); அச்சு 1;`,
		"a cookie":      `அச்சு நினைவி("sid", "a1b2");`,
		"a database":    `k = தரவுத்தளம்("sqlite", ":memory:", "k"); அச்சு 1;`,
		"a member":      `x = [1]; அச்சு x.nothing;`,
		"no such field": `x = {a: 1}; x.on("a");`,
		"a root":        `அச்சு _sqrt(2);`,
		"a digest":      `அச்சு _sha256("அ");`,
		"a pattern":     "வடிவம் கடிதம் { சொல் அஞ்சல் விதி \"[0-9]{6}\" }\nஅச்சு கடிதம்{அஞ்சல்: \"600001\"};",
		"no pattern":    "வடிவம் கடிதம் { சொல் அஞ்சல் விதி \"[0-9\" }\nஅச்சு 1;",
		"large":         strings.Repeat("// வெறும் சொல்\n", 4000) + "அச்சு 1; அச்சு _sqrt(4);",
	} {
		t.Run(name, func(t *testing.T) {
			dir, file := writeProgram(t, text)
			early := earlyRun(t, dir, file)
			t.Chdir(dir)
			// In this process the command line is not for internal/early.
			late := does("", "run", file)
			if early != late {
				t.Errorf("before main\n%+v\nand by main\n%+v", early, late)
			}
		})
	}
}

// TestEarlyMissing: main says what is wrong with a file.
func TestEarlyMissing(t *testing.T) {
	o := earlyRun(t, t.TempDir(), "இல்லை.qmz")
	if o.exit != exitFail || o.out != "" || !strings.Contains(o.err, "இல்லை.qmz") {
		t.Errorf("%+v", o)
	}
}

// TestEarlyPipe: a program that can be read only once is read once, be it good or bad.
func TestEarlyPipe(t *testing.T) {
	for text, want := range map[string]outcome{
		`அச்சு 1;`:                {out: "1\n"},
		`அச்சு நினைவி("a", "b");`: {out: "a=b; Path=/; Secure; HttpOnly; SameSite=Lax\n"},
		"\xff": {exit: exitFail},
	} {
		fifo := filepath.Join(t.TempDir(), "pipe.qmz")
		if err := syscall.Mkfifo(fifo, 0o600); err != nil {
			t.Fatal(err)
		}
		go os.WriteFile(fifo, []byte(text), 0)
		o := earlyRun(t, "", fifo)
		if want.exit != 0 && o.err != "" {
			o.err = ""
		}
		if o != want {
			t.Errorf("%q: %+v, want %+v", text, o, want)
		}
	}
}

// TestEarlyOrder holds what is set up before a program that needs none of it. What is on
// this list costs milliseconds. Should the test fail, internal/early, or a package that it
// imports, has a new import whose path comes late, such as net/url; see its doc.go.
func TestEarlyOrder(t *testing.T) {
	dir, file := writeProgram(t, "")
	o := earlyRun(t, dir, file, "GODEBUG=inittrace=1")
	var inits []string
	for line := range strings.Lines(o.err) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "init" {
			inits = append(inits, f[1])
		}
	}
	if !slices.Contains(inits, "etamil/internal/prefault") {
		t.Fatalf("no trace of what is set up:\n%s", o.err)
	}
	for _, late := range []string{
		"math/big", "path/filepath", "regexp", "html", "github.com/goccy/go-json", "golang.org/x/text/cases", "modernc.org/mathutil",
		"net", "net/http", "crypto/tls", "crypto/x509", "go.uber.org/zap", "modernc.org/libc", "modernc.org/sqlite/lib",
		"github.com/panjf2000/gnet/v2/pkg/socket", "github.com/panjf2000/gnet/v2/pkg/logging", "etamil/loop", "etamil/internal/config", "etamil/internal/serve",
	} {
		if slices.Contains(inits, late) {
			t.Errorf("%s is set up before an empty program", late)
		}
	}
}

// TestEarlyBuiltins: a builtin that internal/std has code for means the same when the
// server and the database are there.
func TestEarlyBuiltins(t *testing.T) {
	std := vm.NewLinker()
	all.Bind(std)
	more := vm.NewLinker()
	serve.Bind(more)
	databases := db.New()
	defer databases.Close()
	databases.Bind(more)
	cache.New(func() cache.Options { return cache.Defaults }).Bind(more)
	for _, name := range more.Names() {
		if slices.Contains(std.Names(), name) {
			t.Errorf("%s is bound twice: internal/early would run the one of internal/std", name)
		}
	}
}
