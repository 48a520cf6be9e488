package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// writeReport puts the tables made from the results into BENCHMARKS.md.
func writeReport() error {
	old, err := os.ReadFile(reportFile)
	if err != nil {
		return err
	}
	text, err := render(string(old), resultsDir)
	if err != nil {
		return err
	}
	return os.WriteFile(reportFile, []byte(text), 0o644)
}

// render returns text with what stands between its markers made anew from the results in dir.
func render(text, dir string) (string, error) {
	var vm VMResults
	if err := load(dir, vmResults, &vm); err != nil {
		return "", err
	}
	var http HTTPResults
	if err := load(dir, httpResults, &http); err != nil {
		return "", err
	}
	var data DBResults
	if err := load(dir, dbResults, &data); err != nil {
		return "", err
	}
	var soak SoakResults
	if err := load(dir, soakResults, &soak); err != nil {
		return "", err
	}
	var live LiveResults
	if err := load(dir, liveResults, &live); err != nil {
		return "", err
	}
	var passes PassResults
	if err := load(dir, passResults, &passes); err != nil {
		return "", err
	}
	for _, section := range []struct{ name, body string }{
		{"vm", vmTable(&vm)},
		{"http", httpTable(&http)},
		{"db", dbTable(&data)},
		{"live", liveTable(&live)},
		{"soak", soakTable(&soak)},
		{"passes", passTable(&passes)},
	} {
		var err error
		if text, err = between(text, section.name, section.body); err != nil {
			return "", err
		}
	}
	return text, nil
}

// between replaces what stands between <!-- bench:NAME:begin --> and its end.
func between(text, name, body string) (string, error) {
	begin, end := "<!-- bench:"+name+":begin -->\n", "<!-- bench:"+name+":end -->"
	before, rest, ok := strings.Cut(text, begin)
	if !ok {
		return "", fmt.Errorf("%s has no %s", reportFile, strings.TrimSpace(begin))
	}
	_, after, ok := strings.Cut(rest, end)
	if !ok {
		return "", fmt.Errorf("%s has no %s", reportFile, end)
	}
	return before + begin + body + end + after, nil
}

// line is what stands under a table that says where its numbers come from.
func (o Origin) line() string {
	return fmt.Sprintf("`%s` at commit %s, %s: %d rounds on %s (%d cores, %s), %s.\n",
		o.Command, o.Commit, o.Date, o.Rounds, o.CPU, o.Cores, o.System, o.Go)
}

const notMeasured = "Not measured yet.\n"

// vmTable renders the language's rows: times, ratios, and the goals beside the results.
func vmTable(r *VMResults) string {
	if len(r.Rows) == 0 {
		return notMeasured
	}
	var b strings.Builder
	unit := "Milliseconds"
	if r.Clock != "" {
		unit += " of " + r.Clock
	}
	b.WriteString(unit + ", least / middle of the rounds. Ratios are of the middle: above 1, eTamil is faster.\n\n")
	b.WriteString("| program |")
	rule := "|---|"
	columns := slices.DeleteFunc(slices.Clone(r.Engines), func(e EngineInfo) bool { return e.Name == bareGo })
	for _, e := range columns {
		b.WriteString(" " + e.Title + " |")
		rule += "---|"
		if e.Name == reference {
			b.WriteString(" x PUC |")
			rule += "---|"
		}
	}
	b.WriteString("\n" + rule + "\n")
	for _, w := range workloads {
		if r.first(func(x *VMRow) bool { return x.Workload == w.Name }) == nil {
			continue
		}
		b.WriteString("| " + w.Title + " |")
		for _, e := range columns {
			b.WriteString(" " + r.cell(w.Name, e.Name) + " |")
			if e.Name == reference {
				b.WriteString(" " + r.ratioCell(w.Name) + " |")
			}
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
	if _, _, ok := r.net(startup, bareGo); ok {
		fmt.Fprintf(&b, "An empty Go program starts and ends in %s: the floor for eTamil here.\n\n", r.cell(startup, bareGo))
	}
	r.writeGoals(&b)
	r.growthTable(&b)
	r.compileTable(&b)
	for _, row := range r.Rows {
		if row.Wrong != "" {
			fmt.Fprintf(&b, "Does not count: %s on %s: %s.\n\n", row.Workload, row.Engine, row.Wrong)
		}
	}
	versions := make([]string, len(columns))
	for i, e := range columns {
		versions[i] = e.Version
	}
	b.WriteString(r.Origin.line())
	b.WriteString("Engines: " + strings.Join(versions, "; ") + ".\n")
	return b.String()
}

func (r *VMResults) cell(workload, engine string) string {
	if row := r.row(workload, engine); row != nil && row.Wrong != "" {
		return "wrong"
	}
	least, middle, ok := r.net(workload, engine)
	if !ok {
		return "-"
	}
	return number(least) + " / " + number(middle)
}

// ratio is how many times faster than another engine ours is.
func (r *VMResults) ratio(workload, engine string) (float64, bool) {
	_, mine, ok1 := r.net(workload, ours)
	_, theirs, ok2 := r.net(workload, engine)
	if !ok1 || !ok2 {
		return 0, false
	}
	return theirs / mine, true
}

func (r *VMResults) ratioCell(workload string) string {
	x, ok := r.ratio(workload, reference)
	if !ok {
		return "-"
	}
	return mark(fmt.Sprintf("%.2f", x), x < 1)
}

// mark shows a loss as one.
func mark(text string, loss bool) string {
	if loss {
		return "**" + text + "** ▼"
	}
	return text
}

// number shows three significant digits, more for whole numbers.
func number(x float64) string {
	switch {
	case x < 1:
		return fmt.Sprintf("%.2f", x)
	case x < 100:
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.0f", x)
}

// mean returns the geometric mean of ours against an engine over the programs both have,
// and the worst of them.
func (r *VMResults) mean(engine string) (mean, worst float64, worstName string, ok bool) {
	var ratios []float64
	for _, w := range workloads {
		if w.Name == startup {
			continue
		}
		if x, ok := r.ratio(w.Name, engine); ok {
			if len(ratios) == 0 || x < worst {
				worst, worstName = x, w.Name
			}
			ratios = append(ratios, x)
		}
	}
	return geometricMean(ratios), worst, worstName, len(ratios) > 0
}

// The goals for the language. A table shows each beside its result, met or not.
const (
	goalReference = 1.2 // x PUC Lua 5.4, geometric mean
	goalWorst     = 0.8 // x PUC Lua 5.4, any single program
	goalGoHosted  = 10  // x gopher-lua and goja, geometric mean
	goalStartup   = 10  // ms
	goalAccounts  = 20  // x Python with Decimal, the year of accounts
)

func (r *VMResults) writeGoals(b *strings.Builder) {
	if r.first(func(x *VMRow) bool { return x.Engine == ours }) == nil {
		return
	}
	b.WriteString("| goal | result | |\n|---|---|---|\n")
	line := func(goal, result string, met bool) {
		verdict := "met"
		if !met {
			verdict = "**missed** ▼"
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", goal, result, verdict)
	}
	if mean, worst, name, ok := r.mean(reference); ok {
		line(fmt.Sprintf("geometric mean at least %.1f x PUC Lua 5.4", goalReference), fmt.Sprintf("%.2f", mean), mean >= goalReference)
		line(fmt.Sprintf("no program below %.1f x PUC Lua 5.4", goalWorst), fmt.Sprintf("%.2f (%s)", worst, name), worst >= goalWorst)
	}
	for _, e := range r.Engines {
		mean, _, _, ok := r.mean(e.Name)
		switch {
		case !ok || e.Name == ours || e.Name == reference:
		case e.Name == goccy:
			line("JSON of values at least as fast as "+e.Title+" with any", fmt.Sprintf("%.2f x", mean), mean >= 1)
		case e.Name == "gopherlua" || e.Name == "goja":
			line(fmt.Sprintf("geometric mean at least %d x %s", goalGoHosted, e.Title), fmt.Sprintf("%.2f", mean), mean >= goalGoHosted)
		default:
			fmt.Fprintf(b, "| beside %s (no goal) | %s | |\n", e.Title, mark(fmt.Sprintf("%.2f", mean), mean < 1))
		}
	}
	if x, ok := r.ratio("accounts", "python3_decimal"); ok {
		line(fmt.Sprintf("a year of accounts at least %d x Python with Decimal", goalAccounts), fmt.Sprintf("%.2f", x), x >= goalAccounts)
	}
	if _, middle, ok := r.net(startup, ours); ok {
		line(fmt.Sprintf("empty program in %d ms", goalStartup), number(middle)+" ms", middle <= goalStartup)
	}
	b.WriteString("\n")
}
