package builtin

// lists order items and call a function for each.
var lists = []Spec{
	{
		ID: "sort", Spellings: []string{"வரிசையாக்கு", "varicYyAkku", "_sort"},
		Min: 1, Max: 2, Effect: Writes, Result: "list", Method: true,
		Params:  []Param{{"பட்டியல்", "list", "list"}, {"f", "f", "function"}},
		Tamil:   "வரிசைப்படுத்திய புதிய அணி; f(a, b) என்பது a முன்னால் வருமா என்று சொல்லும்.",
		English: "A new list in order; f(a, b) says whether a comes first.",
		Example: "அச்சு வரிசையாக்கு([3, 1, 2]);\nஅச்சு வரிசையாக்கு([3, 1, 2], செயல்(a, b) { திரும்பு a > b; });\n",
		Output:  "[1, 2, 3]\n[3, 2, 1]\n",
	},
	{
		ID: "sortByField", Spellings: []string{"புலத்தால்_வரிசையாக்கு", "pulaqqAl_varicYyAkku", "_sortByField"},
		Min: 3, Max: 3, Effect: Pure, Result: "list",
		Params:  []Param{{"பட்டியல்", "list", "list"}, {"புலம்", "field", "text"}, {"இறங்கு", "descending", "bool"}},
		Tamil:   "ஒரு புலத்தின் எண் மதிப்பால் வரிசைப்படுத்திய புதிய அணி.",
		English: "A new list ordered by the numeric value of a field.",
		Example: "அச்சு புலத்தால்_வரிசையாக்கு([{a: 2}, {a: 1}], \"a\", பொய்);\n",
		Output:  "[{a: 1}, {a: 2}]\n",
	},
	{
		ID: "map", Spellings: []string{"ஒவ்வொன்றுக்கும்", "ovvoZRukkum", "_map"},
		Min: 2, Max: 2, Effect: Writes, Result: "list", Method: true,
		Params:  []Param{{"பட்டியல்", "list", "list"}, {"f", "f", "function"}},
		Tamil:   "ஒவ்வொரு உறுப்புக்கும் f தரும் மதிப்புகள்.",
		English: "What f gives for each item.",
		Example: "அச்சு ஒவ்வொன்றுக்கும்([1, 2], செயல்(x) { திரும்பு x * 10; });\n",
		Output:  "[10, 20]\n",
	},
	{
		ID: "filter", Spellings: []string{"வடிகட்டு", "vatikattu", "_filter"},
		Min: 2, Max: 2, Effect: Writes, Result: "list", Method: true,
		Params:  []Param{{"பட்டியல்", "list", "list"}, {"f", "f", "function"}},
		Tamil:   "f மெய் என்று சொல்லும் உறுப்புகள் மட்டும்.",
		English: "Only the items for which f answers true.",
		Example: "அச்சு வடிகட்டு([1, 5, 9], செயல்(x) { திரும்பு x > 3; });\n",
		Output:  "[5, 9]\n",
	},
	{
		ID: "fold", Spellings: []string{"மடி", "mati", "_fold"},
		Min: 3, Max: 3, Effect: Writes, Result: "any", Method: true,
		Params:  []Param{{"பட்டியல்", "list", "list"}, {"தொடக்கம்", "start", "any"}, {"f", "f", "function"}},
		Tamil:   "தொடக்கத்திலிருந்து f(இதுவரை, உறுப்பு) ஐத் தொடர்ந்து அழைக்கும்.",
		English: "Calls f(so far, item) for each item, beginning with the start.",
		Example: "அச்சு மடி([1, 2, 3], 0, செயல்(a, x) { திரும்பு a + x; });\n",
		Output:  "6\n",
	},
}
