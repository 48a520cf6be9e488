package builtin

import (
	"fmt"
	"strings"
)

// Files returns the documentation made from the tables, by path from the root
// of the repository.
func Files() map[string]string {
	return map[string]string{"docs/reference/builtins.md": page()}
}

func page() string {
	var b strings.Builder
	b.WriteString("# உள்ளமைந்த செயல்கள் · Builtins\n\n")
	b.WriteString("Made from the tables of internal/builtin; `go test ./internal/builtin -update` writes it anew.\n\n")
	b.WriteString("Each builtin has a Tamil, a romanised and an English name; they mean the same. A function that the program\n" +
		"defines or imports under one of these names wins over the builtin of that name. Arguments in `[ ]` may be left out.\n\n")
	for _, s := range subjects {
		fmt.Fprintf(&b, "- %s · %s:", s.tamil, s.english)
		for _, spec := range *s.specs {
			fmt.Fprintf(&b, " `%s`", spec.Spellings[0])
		}
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	for _, s := range subjects {
		fmt.Fprintf(&b, "## %s · %s\n\n", s.tamil, s.english)
		for i := range *s.specs {
			entry(&b, &(*s.specs)[i])
		}
	}
	names(&b)
	for i := range Handles() {
		handle(&b, &Handles()[i])
	}
	return b.String()
}

// entry writes one builtin.
func entry(b *strings.Builder, s *Spec) {
	fmt.Fprintf(b, "### `%s`\n\n", signature(s.Spellings[0], s.Params, s.Min, s.Max, func(p Param) string { return p.Tamil }))
	fmt.Fprintf(b, "%s\n\n", codes(s.Spellings[1:]))
	fmt.Fprintf(b, "%s\n\n%s", s.Tamil, s.English)
	if s.Effect == Waits {
		b.WriteString(" It may wait; other requests go on meanwhile.")
	}
	b.WriteString("\n\n")
	var args []string
	for _, p := range s.Params {
		args = append(args, fmt.Sprintf("%s (%s): %s", p.Tamil, p.English, p.Type))
	}
	if len(args) > 0 {
		fmt.Fprintf(b, "%s → %s\n\n", strings.Join(args, " · "), s.Result)
	} else {
		fmt.Fprintf(b, "→ %s\n\n", s.Result)
	}
	fmt.Fprintf(b, "```etamil\n%s```\n\n```output\n%s```\n\n", s.Example, s.Output)
}

// signature writes name(a, [b], …).
func signature(name string, params []Param, least, most int, word func(Param) string) string {
	var list []string
	for i, p := range params {
		w := word(p)
		if i >= least {
			w = "[" + w + "]"
		}
		list = append(list, w)
	}
	if most < 0 {
		list = append(list, "…")
	}
	return name + "(" + strings.Join(list, ", ") + ")"
}

func codes(names []string) string { return "`" + strings.Join(names, "` · `") + "`" }

// names writes the predeclared names.
func names(b *strings.Builder) {
	b.WriteString("## முன்னறிவித்த பெயர்கள் · Predeclared names\n\n")
	b.WriteString("Read like variables; a program that assigns one has its own. `param_` followed by the name of a path's part is that part.\n\n")
	b.WriteString("| name | | meaning |\n|---|---|---|\n")
	for _, s := range variables {
		if len(s.Spellings) > 0 {
			fmt.Fprintf(b, "| %s | %s | %s |\n", codes(s.Spellings), s.Tamil, s.English)
		}
	}
	b.WriteByte('\n')
}

// handle writes the members of one kind of handle.
func handle(b *strings.Builder, h *Handle) {
	fmt.Fprintf(b, "## %s\n\n%s %s\n\n| member | | meaning | gives |\n|---|---|---|---|\n", h.Type, h.Tamil, h.English)
	for _, m := range h.Members {
		form := m.Spellings
		if m.Method {
			form = append([]string{signature(m.Spellings[0], m.Params, m.Min, m.Max, func(p Param) string { return p.Tamil })}, form[1:]...)
		}
		english := m.English
		if m.Waits {
			english += " It may wait."
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", codes(form), m.Tamil, english, m.Result)
	}
	b.WriteByte('\n')
}
