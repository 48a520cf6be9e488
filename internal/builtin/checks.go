package builtin

// checks are for சோதனை blocks; outside them a failed check is an error.
var checks = []Spec{
	{
		ID: "assert", Spellings: []string{"உறுதிப்படுத்து", "uRuqippatuqqu", "_assert"},
		Min: 1, Max: 2, Effect: Pure, Result: "nil",
		Params:  []Param{{"நிபந்தனை", "condition", "any"}, {"குறிப்பு", "note", "text"}},
		Tamil:   "நிபந்தனை மெய் அல்லவெனில் பிழை.",
		English: "An error unless the condition is true.",
		Example: "உறுதிப்படுத்து(1 < 2, \"வரிசை\");\nஅச்சு \"சரி\";\n",
		Output:  "சரி\n",
	},
	{
		ID: "assertEqual", Spellings: []string{"சமமாகும்", "camamAkum", "_assertEqual"},
		Min: 2, Max: 3, Effect: Pure, Result: "nil",
		Params:  []Param{{"கிடைத்தது", "got", "any"}, {"எதிர்பார்த்தது", "want", "any"}, {"குறிப்பு", "note", "text"}},
		Tamil:   "இரண்டும் சமம் அல்லவெனில் பிழை; இரண்டையும் காட்டும்.",
		English: "An error, which shows both, unless the two are equal.",
		Example: "சமமாகும்(1.10, 1.1);\nஅச்சு \"சரி\";\n",
		Output:  "சரி\n",
	},
	{
		ID: "assertThrows", Spellings: []string{"பிழையாகும்", "pizYyAkum", "_assertThrows"},
		Min: 1, Max: 2, Effect: Writes, Result: "nil",
		Params:  []Param{{"f", "f", "function"}, {"குறியீடு", "code", "text"}},
		Tamil:   "f பிழை எறியவில்லை எனில் பிழை; குறியீடும் ஒப்பிடப்படும்.",
		English: "An error unless f raises one, of that code if it is given.",
		Example: "பிழையாகும்(செயல்() { எறி பிழை_ஆக்கு(\"x\"); }, \"x\");\nஅச்சு \"சரி\";\n",
		Output:  "சரி\n",
	},
	{
		ID: "before", Spellings: []string{"முன்", "muZ", "_before"},
		Min: 1, Max: 1, Effect: Writes, Result: "nil",
		Params:  []Param{{"f", "f", "function"}},
		Tamil:   "ஒவ்வொரு சோதனைக்கும் முன் f அழைக்கப்படும். etamil test இல் மட்டும்; வேறெங்கும் எதுவும் செய்யாது.",
		English: "Has f called before each test, in etamil test; does nothing elsewhere.",
		Example: "முன்(செயல்() { அச்சு \"தொடக்கம்\"; });\nஅச்சு \"சோதனை இல்லை\";\n",
		Output:  "சோதனை இல்லை\n",
	},
	{
		ID: "after", Spellings: []string{"பின்", "piZ", "_after"},
		Min: 1, Max: 1, Effect: Writes, Result: "nil",
		Params:  []Param{{"f", "f", "function"}},
		Tamil:   "ஒவ்வொரு சோதனைக்கும் பின், அது தவறினாலும், f அழைக்கப்படும். etamil test இல் மட்டும்; வேறெங்கும் எதுவும் செய்யாது.",
		English: "Has f called after each test, also one that failed, in etamil test; does nothing elsewhere.",
		Example: "பின்(செயல்() { அச்சு \"முடிவு\"; });\nஅச்சு \"சோதனை இல்லை\";\n",
		Output:  "சோதனை இல்லை\n",
	},
}
