package main

import (
	"fmt"
	"io"
	"strings"
)

// examples open the help: what people want is nearly always one of these.
const examples = `  echo 'அச்சு "வணக்கம், உலகம்!";' | etamil run -     ஒரு வரி நிரல் · a program of one line
  etamil run கணக்கு.qmz                             இயக்கு · run
  etamil serve கடை.qmz --port 8080                  HTTP வழங்கி · serve over HTTP
  etamil test                                       சோதி · run the tests of this folder
  etamil check கணக்கு.qmz                           சரிபார் · look for mistakes
  etamil explain P001                               பிழை விளக்கம் · explain a mistake
`

// commandExamples open the help on a command.
var commandExamples = map[string]string{
	"run": `  etamil run கணக்கு.qmz                     ஒரு கோப்பை · a file
  echo 'அச்சு 0.1 + 0.2;' | etamil run -    உள்ளீட்டில் வருவதை · what comes in
  etamil run --steps 1000000 பெரியது.qmz    முடிவில்லாதது நிற்கும் · what never ends is stopped
`,
	"check": `  etamil check கணக்கு.qmz                   பிழைகளும் எச்சரிக்கைகளும் · mistakes and warnings
  etamil check --json கணக்கு.qmz            திருத்திகளுக்கு · for editors
  etamil check --db கடை.qmz                 SQL ஐயும், தரவுதளத்தோடு · its SQL too, on the database
`,
	"test": `  etamil test                               இங்குள்ள எல்லாச் சோதனைகளும் · all tests of this folder
  etamil test vari_test.qmz --filter வரி    பெயரில் 'வரி' உள்ளவை · those whose name holds it
  etamil test -v --timeout 5s               அச்சிட்டதையும் காட்டு · with what they print
  etamil test --junit out.xml               CI க்கு · for continuous integration
`,
	"explain": `  etamil explain P001                       இந்தப் பிழை ஏன், எப்படித் திருத்துவது · why, and what to do
`,
	"dis": `  etamil dis கணக்கு.qmz                     இயந்திரம் இயக்கும் குறிமுறை · what the machine runs
  etamil dis --stage ir கணக்கு.qmz          SSA வடிவம் · as SSA
`,
	"db": `  etamil db shell                              அமைப்புகளின் தரவுதளத்தில் SQL · SQL on the configured database
  echo 'SELECT 1;' | etamil db shell kadai.db  ஒரு கோப்பில், உள்ளீட்டில் வருவதை · what comes in, on a file
  etamil db backup /backup/kadai.db            ஓடும் SQLite ஐ நகலெடு · of SQLite, while it is in use
  etamil db copy kadai.db postgres://…         SQLite இலிருந்து PostgreSQL க்கு · tables and rows
`,
	"serve": `  etamil serve கடை.qmz                              127.0.0.1:8080 இல் · on 127.0.0.1:8080
  etamil serve கடை.qmz --host 0.0.0.0 --port 80      எல்லா முகவரிகளிலும் · on all addresses
  etamil serve . --mode development                 பிழைகளை விளக்கு · explain errors
  ETAMIL_PORT=9000 etamil serve .                   சூழல் மாறியால் · by the environment
  etamil serve . --config /etc/kadai.toml           அமைப்புகள் ஒரு கோப்பில் · settings in a file
`,
	"config": `  etamil config show                     இங்குள்ள etamil.toml, சூழல், இயல்புகள் · what is in force here
  etamil config show --sources கடை.qmz    ஒவ்வொன்றும் எங்கிருந்து · and where each comes from
  etamil config show --json --port 9000  விருப்பங்களோடும் · with options, as JSON
  etamil config check /etc/kadai.toml    எல்லாப் பிழைகளையும் காட்டு · all mistakes at once
`,
}

func showHelp(w io.Writer) {
	fmt.Fprint(w, "etamil: தமிழ்ச் சொற்களால் ஆன நிரல்மொழி, துல்லியமான எண்களுடன்\n        a programming language of Tamil words, with exact decimals\n\n")
	fmt.Fprint(w, examples)
	fmt.Fprint(w, "\n")
	for _, c := range commands {
		fmt.Fprintf(w, "  etamil %-28s %s · %s\n", strings.TrimSpace(c.name+" "+c.args), c.tamil, c.english)
	}
	fmt.Fprint(w, "\n  etamil help COMMAND           ஒரு கட்டளையின் விருப்பங்கள் · the options of a command\n")
}

// cmdHelp shows help, on one command if it is named.
func cmdHelp(c *call) int {
	if len(c.args) == 0 {
		showHelp(c.Out)
		return exitOK
	}
	if !helpOn(c.args[0], c.Out) {
		return unknownCommand(c.args[0], c.Stdio)
	}
	return exitOK
}

// helpOn shows how a command is called, with its options.
func helpOn(name string, w io.Writer) bool {
	for i := range commands {
		c := &commands[i]
		if c.name != name {
			continue
		}
		fmt.Fprintf(w, "etamil %s\n\n  %s\n  %s\n", strings.TrimSpace(c.name+" "+c.args), c.tamil, c.english)
		if e := commandExamples[c.name]; e != "" {
			fmt.Fprint(w, "\n", e)
		}
		var o options
		list := c.takes(&o)
		if len(list) > 0 {
			fmt.Fprintln(w)
		}
		settings := false
		for _, o := range list {
			if o.setting && c.name != "serve" {
				settings = true
				continue
			}
			arg := o.arg
			if all := append(o.values, o.choices...); len(all) > 0 {
				arg = strings.Join(all, "|")
			}
			name := o.name + " " + arg
			if o.implied != "" {
				name = o.name + arg
			}
			fmt.Fprintf(w, "  --%s\n        %s\n        %s\n", strings.TrimSpace(name), o.tamil, o.english)
		}
		if settings {
			fmt.Fprint(w, "  --port PORT, --workers N …\n        serve இன் எல்லா அமைப்புகளும்\n        every setting of serve: etamil help serve\n")
		}
		return true
	}
	return false
}
