package testrun

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var block = regexp.MustCompile("(?s)```etamil\n(.*?)```")

// TestPage runs the tests of the page about tests.
func TestPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "language", "testing.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := block.FindAllStringSubmatch(string(page), -1)
	if len(blocks) < 4 {
		t.Fatalf("%d programs on the page", len(blocks))
	}
	for _, b := range blocks {
		r := run(t, "a_test.qmz", b[1])
		if passed, failed, files := r.Count(); passed == 0 || failed+files > 0 {
			t.Errorf("%s\n%s", b[1], said(r))
		}
	}
}

// TestSessions asks the program that serving.md has on sessions.
func TestSessions(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "language", "serving.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(page), "\n## Sessions\n")
	r := run(t, "a_test.qmz", block.FindStringSubmatch(text)[1]+`
		சோதனை "நுழைவு முதல் வெளியேற்றம் வரை" {
			சமமாகும்(client.get("/nAZ").status, 401);
			சமமாகும்(client.post("/nuzY", {"பெயர்": "கமலா"}).status, 200);
			சமமாகும்(client.get("/nAZ").json(), {"பயனர்": "கமலா"});
			சமமாகும்(client.post("/veLi").status, 204);
			சமமாகும்(client.get("/nAZ").status, 401);
		}`)
	if passed, failed, files := r.Count(); passed != 1 || failed+files > 0 {
		t.Error(said(r))
	}
}

// TestShop runs the tests of the shop.
func TestShop(t *testing.T) {
	o, pictures := options(t, filepath.Join("..", "..", "examples", "kadai")), t.TempDir()
	o.Env = func(name string) (string, bool) { return pictures, name == "KADAI_PADANGKAL" }
	r := Run(t.Context(), o)
	if passed, failed, files := r.Count(); passed < 30 || failed+files > 0 {
		t.Errorf("%d passed\n%s", passed, said(r))
	}
	if left, _ := filepath.Glob("*.db"); len(left) > 0 {
		t.Errorf("the tests have left %v", left)
	}
}
