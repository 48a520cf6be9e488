package builtin

// logs write one line each to the standard error stream.
var logs = []Spec{
	{
		ID: "log_info", Spellings: []string{"பதிவு_தகவல்", "paqivu_qakaval", "log_info"},
		Min: 1, Max: 2, Effect: Writes, Result: "nil",
		Params:  []Param{{"நிகழ்வு", "event", "text"}, {"புலங்கள்", "fields", "record"}},
		Tamil:   "ஒரு நிகழ்வைத் தகவலாகப் பதியும்.",
		English: "Logs an event.",
		Example: "பதிவு_தகவல்(\"சோதனை\", {எண்: 1});\nஅச்சு \"பதிந்தது\";\n",
		Output:  "பதிந்தது\n",
	},
	{
		ID: "log_warn", Spellings: []string{"பதிவு_எச்சரிக்கை", "paqivu_eccarikkY", "log_warn"},
		Min: 1, Max: 2, Effect: Writes, Result: "nil",
		Params:  []Param{{"நிகழ்வு", "event", "text"}, {"புலங்கள்", "fields", "record"}},
		Tamil:   "ஒரு நிகழ்வை எச்சரிக்கையாகப் பதியும்.",
		English: "Logs an event as a warning.",
		Example: "பதிவு_எச்சரிக்கை(\"சோதனை\", {எண்: 1});\nஅச்சு \"பதிந்தது\";\n",
		Output:  "பதிந்தது\n",
	},
	{
		ID: "log_error", Spellings: []string{"பதிவு_பிழை", "paqivu_pizY", "log_error"},
		Min: 1, Max: 2, Effect: Writes, Result: "nil",
		Params:  []Param{{"நிகழ்வு", "event", "text"}, {"புலங்கள்", "fields", "record"}},
		Tamil:   "ஒரு நிகழ்வைப் பிழையாகப் பதியும்.",
		English: "Logs an event as an error.",
		Example: "பதிவு_பிழை(\"சோதனை\", {எண்: 1});\nஅச்சு \"பதிந்தது\";\n",
		Output:  "பதிந்தது\n",
	},
	{
		ID: "log_debug", Spellings: []string{"பதிவு_ஆய்வு", "paqivu_Ayvu", "log_debug"},
		Min: 1, Max: 2, Effect: Writes, Result: "nil",
		Params:  []Param{{"நிகழ்வு", "event", "text"}, {"புலங்கள்", "fields", "record"}},
		Tamil:   "ஆய்வுக்கான நிகழ்வைப் பதியும்; வழக்கத்தில் காட்டப்படாது.",
		English: "Logs an event for debugging, not shown by default.",
		Example: "பதிவு_ஆய்வு(\"சோதனை\", {எண்: 1});\nஅச்சு \"பதிந்தது\";\n",
		Output:  "பதிந்தது\n",
	},
}
