package repo

import (
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

var (
	linkForm    = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	headingForm = regexp.MustCompile(`^#{1,6} +(.+?) *#*$`)
	codeSpan    = regexp.MustCompile("`[^`]*`")
)

// page is a Markdown file as far as links are concerned.
type page struct {
	anchors map[string]bool
	links   []link
}

type link struct {
	line   int
	target string
}

// readPage finds the headings and links of a Markdown text, outside its code.
func readPage(text string) page {
	p := page{anchors: map[string]bool{}}
	fence := ""
	for i, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		if fence != "" {
			if strings.HasPrefix(trimmed, fence) {
				fence = ""
			}
			continue
		}
		if strings.HasPrefix(trimmed, "```") {
			fence = "```"
			continue
		}
		if m := headingForm.FindStringSubmatch(line); m != nil {
			a := anchor(m[1])
			for n := 1; p.anchors[a]; n++ { // GitHub numbers headings of the same name
				a = anchor(m[1]) + "-" + strconv.Itoa(n)
			}
			p.anchors[a] = true
		}
		for _, m := range linkForm.FindAllStringSubmatch(codeSpan.ReplaceAllString(line, ""), -1) {
			p.links = append(p.links, link{i + 1, m[1]})
		}
	}
	return p
}

// anchor is the fragment that GitHub gives a heading: lower case, letters, marks, digits,
// "-" and "_" only, spaces as "-".
func anchor(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) || r == '-' || r == '_':
			b.WriteRune(r)
		case r == ' ':
			b.WriteByte('-')
		}
	}
	return b.String()
}

// brokenLinks returns a complaint for each link that leads nowhere.
func brokenLinks(all []file) []string {
	exists := map[string]bool{}
	pages := map[string]page{}
	for _, f := range all {
		for name := f.name; name != "."; name = path.Dir(name) {
			exists[name] = true
		}
		if strings.HasSuffix(f.name, ".md") {
			pages[f.name] = readPage(f.text)
		}
	}
	var bad []string
	for name, p := range pages {
		for _, l := range p.links {
			u, err := url.Parse(l.target)
			where := name + ":" + strconv.Itoa(l.line) + ": " + l.target
			if err != nil {
				bad = append(bad, where+": "+err.Error())
				continue
			}
			if u.Scheme != "" || u.Host != "" {
				continue // not ours to check without a network
			}
			target := name
			if u.Path != "" {
				target = path.Join(path.Dir(name), u.Path)
			}
			if target != "." && !exists[target] {
				bad = append(bad, where+" leads nowhere")
				continue
			}
			if to, isPage := pages[target]; u.Fragment != "" && isPage && !to.anchors[u.Fragment] {
				bad = append(bad, where+": no such heading")
			}
		}
	}
	return bad
}

func TestLinksLeadSomewhere(t *testing.T) {
	for _, complaint := range brokenLinks(files(t)) {
		t.Error(complaint)
	}
}

func TestBrokenLinksAreSeen(t *testing.T) {
	good := file{"docs/a.md", "# Why 64-bit?\n## தமிழ் சொல்\n[b](b.md#two) [up](../README.md) [here](#why-64-bit) [ta](#தமிழ்-சொல்) [web](https://example.com/x) `[not](a-link)`\n```\n[nor](this)\n```\n"}
	b := file{"docs/b.md", "# one\n## two\n## two\n[twice](#two-1) [dir](../docs)\n"}
	readme := file{"README.md", "x\n"}
	if got := brokenLinks([]file{good, b, readme}); len(got) != 0 {
		t.Errorf("good links refused: %q", got)
	}
	bad := file{"docs/c.md", "[x](gone.md)\n[y](b.md#three)\n[z](#nowhere)\n"}
	if got := brokenLinks([]file{good, b, readme, bad}); len(got) != 3 {
		t.Errorf("three bad links, %d complaints: %q", len(got), got)
	}
}
