package process_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etamil/internal/std/host/hosttest"
	"etamil/internal/std/process"
)

type list = []any

func TestRun(t *testing.T) {
	dir := t.TempDir()
	fake := filepath.Join(dir, "echo")
	if err := os.WriteFile(fake, []byte("#!/bin/sh\necho fake\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	k := hosttest.New(t, process.Bind)
	denied := func(name string) string {
		return "தவறு('" + name + "' ஐ ஓட்ட அனுமதி இல்லை: ETAMIL_EXEC_ALLOW இல் அது இல்லை  ('" + name + "' may not be run: ETAMIL_EXEC_ALLOW does not list it))"
	}
	k.Run([]hosttest.Check{
		{"run", list{"echo", list{"a"}, 5}, denied("echo")},
		{"run", list{"echo", "a", 5}, "error: not_list"},
		{"run", list{"echo", list{}, "x"}, "error: argument"},
	})
	k.Environ["ETAMIL_EXEC_ALLOW"] = " echo : /bin/sh:nosuchprogram"
	k.Run([]hosttest.Check{
		{"run", list{"echo", list{"அ b", 5}, 60}, "சரி({நிலை: 0, பிழை: , வெளியீடு: அ b 5\n})"},
		{"run", list{"/bin/sh", list{"-c", "echo out; echo err >&2; exit 3"}, 60}, "சரி({நிலை: 3, பிழை: err\n, வெளியீடு: out\n})"},
		{"run", list{"/bin/sh", list{"-c", "kill -9 $$"}, 60}, "சரி({நிலை: 137, பிழை: , வெளியீடு: })"},
		{"run", list{"/bin/sh", list{"-c", "cat; printf '\\377'"}, 60}, "சரி({நிலை: 0, பிழை: , வெளியீடு: \uFFFD})"},
		{"run", list{fake, list{}, 5}, denied(fake)},
		{"run", list{"cat", list{}, 5}, denied("cat")},
		{"run", list{"nosuchprogram", list{}, 5}, denied("nosuchprogram")},
		{"run", list{"", list{}, 5}, denied("")},
	})
}

// TestTimeIsUp holds that what a program started is killed with it: a child that holds
// the output open would keep us waiting.
func TestTimeIsUp(t *testing.T) {
	k := hosttest.New(t, process.Bind)
	k.Environ["ETAMIL_EXEC_ALLOW"] = "sh"
	begin := time.Now()
	got := k.Show("run", "sh", list{"-c", "sleep 60 & sleep 60"}, hosttest.Number("0.1"))
	if !strings.HasPrefix(got, "தவறு('sh' நேரத்திற்குள்") {
		t.Errorf("run = %s", got)
	}
	if d := time.Since(begin); d > 20*time.Second {
		t.Errorf("it took %v", d)
	}
}
