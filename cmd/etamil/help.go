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
  etamil check கணக்கு.qmz                           சரிபார் · look for mistakes
  etamil explain P001                               பிழை விளக்கம் · explain a mistake
`

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
		var o options
		list := c.takes(&o)
		if len(list) > 0 {
			fmt.Fprintln(w)
		}
		for _, o := range list {
			arg := o.arg
			if len(o.values) > 2 {
				arg = strings.Join(o.values, "|")
			}
			fmt.Fprintf(w, "  --%s\n        %s\n        %s\n", strings.TrimSpace(o.name+" "+arg), o.tamil, o.english)
		}
		return true
	}
	return false
}
