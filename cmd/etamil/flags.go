package main

import (
	"fmt"
	"strings"

	"etamil/internal/compile"
	"etamil/internal/diag"
)

// options has the value of every option there is.
type options struct {
	json   bool
	stage  string
	opt    string
	steps  string
	memory string

	config   string
	sources  bool
	settings map[string]*setting // by flag, see settings.go

	filter   string
	parallel string
	timeout  string
	junit    string
	verbose  bool

	replace bool
	db      bool
}

// defaults are the values of options that aren't given.
func defaults() options {
	return options{stage: string(compile.Code), opt: "on", steps: "0", memory: "0"}
}

// option is one option: it stores into set, if it is a switch, or text.
type option struct {
	name    string   // without dashes
	arg     string   // name of the value; "" for a switch
	values  []string // the values it can have; nil: any
	tamil   string
	english string
	set     *bool
	text    *string
	given   *bool    // becomes true when the option is there; may be nil
	implied string   // the value when none is given; "": one must be
	setting bool     // a key of the configuration
	choices []string // the values that a setting can have; config says what doesn't fit
}

// table is every option; a command's row names those it takes.
func (o *options) table() []option {
	return []option{
		{name: "json", tamil: "JSON ஆகக் காட்டு", english: "show it as JSON", set: &o.json},
		{name: "config", arg: "FILE", tamil: "அமைப்புகளின் கோப்பு (இயல்பு: நிரலுக்கு அருகில் உள்ள etamil.toml)", english: "the file with the settings (default: etamil.toml beside the program)", text: &o.config},
		{name: "sources", tamil: "ஒவ்வொரு மதிப்பும் எங்கிருந்து வந்தது என்பதையும் காட்டு", english: "show where each value comes from", set: &o.sources},
		{name: "stage", arg: "STAGE", values: stageNames(), tamil: "எந்த நிலை", english: "which stage", text: &o.stage},
		{name: "opt", arg: "on|off", values: []string{"on", "off"}, tamil: "நிரலை மேம்படுத்து (இயல்பு: on)", english: "optimise the program (default: on)", text: &o.opt},
		{name: "steps", arg: "N", tamil: "இத்தனை அழைப்புகளுக்கும் சுற்றுகளுக்கும் பின் நிறுத்து (0: வரம்பு இல்லை)", english: "stop after so many calls and turns of loops (0: no limit)", text: &o.steps},
		{name: "memory", arg: "SIZE", tamil: "மதிப்புகளுக்கான நினைவக வரம்பு, 64MiB போல (0: வரம்பு இல்லை)", english: "how much memory the values may take, such as 64MiB (0: no limit)", text: &o.memory},
		{name: "db", tamil: "நிரலின் SQL ஐ அமைப்புகளின் தரவுதளத்தோடு ஒப்பிடு", english: "hold the program's SQL against the configured database", set: &o.db},
		{name: "replace", tamil: "இலக்கின் அட்டவணைகளில் உள்ள வரிசைகளை நீக்கி நகலெடு", english: "delete the rows that the target's tables have", set: &o.replace},
		{name: "filter", arg: "TEXT", tamil: "பெயரில் இது உள்ள சோதனைகள் மட்டும்", english: "only tests whose name holds this", text: &o.filter},
		{name: "parallel", arg: "N", tamil: "ஒரே நேரத்தில் எத்தனை சோதனைகள் (இயல்பு: செயலிகளின் எண்ணிக்கை)", english: "how many tests at a time (default: one for each processor)", text: &o.parallel},
		{name: "timeout", arg: "TIME", tamil: "ஒரு சோதனைக்கான நேரம் (இயல்பு: 30s)", english: "how long a test may take (default: 30s)", text: &o.timeout},
		{name: "junit", arg: "FILE", tamil: "விளைவுகளை JUnit XML ஆகவும் இங்கு எழுது", english: "also write the results here, as JUnit XML", text: &o.junit},
		{name: "verbose", tamil: "வென்ற சோதனைகள் அச்சிட்டதையும் காட்டு; -v உம் அதுவே", english: "show what tests that passed have printed, too; the same as -v", set: &o.verbose},
	}
}

func stageNames() []string {
	var names []string
	for _, s := range compile.Stages {
		names = append(names, string(s))
	}
	return names
}

// takes lists the options of c, ready to store into o.
func (c *command) takes(o *options) []option {
	var list []option
	for _, name := range c.options {
		if name == allSettings {
			list = append(list, o.settingOptions()...)
		}
		for _, t := range o.table() {
			if t.name == name {
				list = append(list, t)
			}
		}
	}
	return list
}

// parse reads a command line. Options may stand anywhere; "--" ends them; "-" is
// an argument. When there is nothing to run (the line is wrong, or asks for
// help) call is nil and everything has been said.
func (c *command) parse(args []string, std Stdio) (*call, int) {
	p := &call{command: c, options: defaults(), Stdio: std}
	list := c.takes(&p.options)
	for i := 0; i < len(args); i++ {
		a := args[i]
		if a == "--" {
			p.args = append(p.args, args[i+1:]...)
			break
		}
		if a == "-" || !strings.HasPrefix(a, "-") {
			p.args = append(p.args, a)
			continue
		}
		if a == "-h" || a == "--help" {
			helpOn(c.name, std.Out)
			return nil, exitOK
		}
		if a == "-v" {
			a = "--verbose"
		}
		name, value, given := strings.Cut(strings.TrimPrefix(a, "--"), "=")
		o := find(list, name)
		if o == nil {
			p.wrong(fmt.Sprintf("'%s' என்ற விருப்பம் இல்லை", a), fmt.Sprintf("there is no option '%s'", a))
			var names []string
			for _, o := range list {
				names = append(names, o.name)
			}
			if best, ok := diag.Nearest(strings.TrimLeft(name, "-"), names); ok {
				fmt.Fprintf(std.Err, "  --%s ?\n", best)
			} else {
				fmt.Fprintf(std.Err, "  etamil help %s\n", c.name)
			}
			return nil, exitUsage
		}
		if o.given != nil {
			*o.given = true
		}
		if o.set != nil {
			if given {
				return nil, p.wrong(fmt.Sprintf("--%s மதிப்பு எதையும் ஏற்காது", o.name), fmt.Sprintf("--%s takes no value", o.name))
			}
			*o.set = true
			continue
		}
		if !given && o.implied != "" {
			*o.text = o.implied
			continue
		}
		if !given {
			if i+1 >= len(args) {
				return nil, p.wrong(fmt.Sprintf("--%s க்கு ஒரு மதிப்பு வேண்டும்: --%s %s", o.name, o.name, o.arg), fmt.Sprintf("--%s needs a value: --%s %s", o.name, o.name, o.arg))
			}
			i++
			value = args[i]
		}
		if o.values != nil && !contains(o.values, value) {
			all := strings.Join(o.values, ", ")
			p.wrong(fmt.Sprintf("--%s '%s' ஆக முடியாது; இருப்பவை: %s", o.name, value, all), fmt.Sprintf("--%s can't be '%s'; there are %s", o.name, value, all))
			if best, ok := diag.Nearest(value, o.values); ok {
				fmt.Fprintf(std.Err, "  --%s=%s ?\n", o.name, best)
			}
			return nil, exitUsage
		}
		*o.text = value
	}
	return p.checkArgs()
}

// checkArgs holds the number of arguments against the command's row.
func (p *call) checkArgs() (*call, int) {
	want := strings.Fields(p.command.args)
	least := 0
	for _, w := range want {
		if !strings.HasPrefix(w, "[") {
			least++
		}
	}
	switch n := len(p.args); {
	case len(want) == 0 && n > 0:
		return nil, p.wrong("இது அளவுரு எதையும் ஏற்காது", "takes no arguments")
	case n < least:
		p.wrong(want[n]+" கொடுக்கப்படவில்லை", "no "+want[n]+" given")
		fmt.Fprintf(p.Err, "  etamil help %s\n", p.command.name)
		return nil, exitUsage
	case n > len(want) && !strings.Contains(p.command.args, "…"):
		name := strings.Trim(want[len(want)-1], "[]")
		return nil, p.wrong(name+" ஒன்று மட்டுமே கொடுக்கலாம்", "only one "+name+" can be given")
	}
	return p, exitOK
}

func find(list []option, name string) *option {
	for i := range list {
		if list[i].name == name {
			return &list[i]
		}
	}
	return nil
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// wrongVerb says that the command does nothing by this name, and what it does instead.
func (p *call) wrongVerb(verb string, verbs []string) int {
	all := strings.Join(verbs, ", ")
	p.wrong(fmt.Sprintf("'%s' என்ற துணைக்கட்டளை இல்லை; இருப்பவை: %s", verb, all), fmt.Sprintf("there is no '%s'; there are %s", verb, all))
	if best, ok := diag.Nearest(verb, verbs); ok {
		fmt.Fprintf(p.Err, "  etamil %s %s ?\n", p.command.name, best)
	} else {
		fmt.Fprintf(p.Err, "  etamil help %s\n", p.command.name)
	}
	return exitUsage
}

// wrong says what is wrong with the command line.
func (p *call) wrong(tamil, english string) int {
	fmt.Fprintf(p.Err, "etamil %s: %s  (%s)\n", p.command.name, tamil, english)
	return exitUsage
}
