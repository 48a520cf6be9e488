package builtin

// tasks are what tasks share and wait for. Starting and waiting are words of the language;
// the hidden builtins behind them stand here too.
var tasks = []Spec{
	{
		ID: "channel", Spellings: []string{"வாய்க்கால்", "vAykkAl", "_channel", "சேனல்", "cEZal", "channel"},
		Min: 0, Max: 1, Effect: Writes, Result: "channel",
		Params:  []Param{{"இடம்", "room", "number"}},
		Tamil:   "பணிகளுக்கிடையே மதிப்புகளை வரிசையாகக் கொண்டுசெல்லும் வாய்க்கால்; பெறப்படாத மதிப்புகள் இத்தனை அதில் தங்கும், சொல்லாவிட்டால் ஒன்றும் தங்காது.",
		English: "A channel, which carries values from task to task in order; it holds so many that nobody has received yet, none unless told.",
		Example: "வ = வாய்க்கால்(2);\nதொடங்கு { வ.அனுப்பு(\"அ\"); வ.அனுப்பு(\"ஆ\"); வ.மூடு(); }\nஅச்சு வ.பெறு() & வ.பெறு();\nஅச்சு வ.பெறு();\n",
		Output:  "அஆ\nnil\n",
	},
	{
		ID: "signal_create", Spellings: []string{"குறிகை_ஆக்கு", "kuRikY_Akku", "_signalCreate", "signal_create"},
		Min: 1, Max: -1, Effect: Writes, Result: "signal",
		Params:  []Param{{"குறிகை", "signal", "text"}},
		Tamil:   "இக்குறிகைகளை நிரலே கையாளும்: SIGTERM, SIGINT, SIGHUP. தருவதன் .காத்திரு() வந்த குறிகையைச் சொல்லும்.",
		English: "Has the program itself handle these signals of the system: SIGTERM, SIGINT, SIGHUP. What it gives has .wait(), which answers with the one that came.",
		Example: "s = signal_create(SIGTERM, SIGINT);\nselect! {\n    x = s.wait() => { அச்சு x; },\n    _ = உறங்கு(0.001) => { அச்சு \"குறிகை இல்லை\"; }\n}\n",
		Output:  "குறிகை இல்லை\n",
	},
}

// hiddenTasks are what the compiler calls for the words of tasks.
var hiddenTasks = []Spec{
	{ID: "spawn", Hidden: true, Min: 1, Max: -1, Effect: Writes, Result: "task", English: "தொடங்கு f(x …): starts a function with its arguments.",
		Params: []Param{{"f", "f", "function"}}},
	{ID: "spawn_unheld", Hidden: true, Min: 1, Max: -1, Effect: Writes, Result: "task", English: "தொடங்கு f(x …); as a statement: nobody has the task, so what ends it is told at once.",
		Params: []Param{{"f", "f", "function"}}},
	{ID: "background", Hidden: true, Min: 1, Max: -1, Effect: Writes, Result: "task", English: "பின்னணி f(x …): the same, as nobody's child.",
		Params: []Param{{"f", "f", "function"}}},
	{ID: "await", Hidden: true, Min: 1, Max: 1, Effect: Waits, Result: "any", English: "காத்திரு x: what the task x returns; anything else is itself.",
		Params: []Param{{"x", "x", "any"}}},
	{ID: "parallel", Hidden: true, Min: 1, Max: 2, Effect: Waits, Result: "list", English: "இணையாக [ … ]: what all these tasks return; the first that fails ends the others, and so does the first failure that one answers behind which a ? stands.",
		Params: []Param{{"பணிகள்", "tasks", "list"}, {"கேட்டவை", "asked", "list"}}},
	{ID: "select", Hidden: true, Min: 1, Max: 1, Effect: Waits, Result: "list", English: "தேர்ந்தெடு { … }: the place of the first of these tasks to end, and what it returns; the others are ended.",
		Params: []Param{{"பணிகள்", "tasks", "list"}}},
	{ID: "lock_begin", Hidden: true, Min: 1, Max: 1, Effect: Waits, Result: "nil", English: "பூட்டு(name) { : waits until nobody else holds the lock.",
		Params: []Param{{"பெயர்", "name", "any"}}},
	{ID: "lock_end", Hidden: true, Effect: Writes, Result: "nil", English: "}: gives up the lock that was taken last."},
	{ID: "deadline_begin", Hidden: true, Min: 1, Max: 1, Effect: Writes, Result: "nil", English: "காலக்கெடு(seconds) { : what follows has so much time.",
		Params: []Param{{"நொடிகள்", "seconds", "any"}}},
	{ID: "deadline_end", Hidden: true, Effect: Writes, Result: "nil", English: "}: ends the innermost deadline."},
}
