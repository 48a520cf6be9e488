package diag

import "sync"

// Codes of mistakes that a running program meets.
const (
	RunDivisionByZero    Code = "R001"
	RunNumberTooLarge    Code = "R002"
	RunUndefinedVariable Code = "R003" // {0} the name
	RunUnknownFunction   Code = "R004" // {0} the name
	RunIndexRange        Code = "R005" // {0} the index, {1} the length
	RunIndexWhole        Code = "R006" // {0} the index
	RunNotIndexable      Code = "R007" // {0} the kind
	RunNoField           Code = "R008" // {0} the field
	RunNotRecord         Code = "R009" // {0} the field, {1} the kind
	RunNotList           Code = "R010" // {0} the kind
	RunNotFunction       Code = "R011" // {0} the kind
	RunArity             Code = "R012" // {0} the function, {1} how many it takes, {2} how many it got
	RunReturnOutside     Code = "R013"
	RunNotResult         Code = "R014" // {0} the kind
	RunUnhandled         Code = "R015" // {0} the failure's text
	RunTooDeep           Code = "R016" // {0} the limit
	RunOutOfSteps        Code = "R017"
	RunOutOfMemory       Code = "R018"
	RunNotIterable       Code = "R019" // {0} the kind
	RunNoLength          Code = "R020" // {0} the kind
	RunTextFixed         Code = "R021"
	RunShapeField        Code = "R022" // {0} the shape, {1} the field
	RunShapeKind         Code = "R023" // {0} the shape and field, {1} the kind it must be, {2} the kind it got
	RunNoMember          Code = "R024" // {0} the member, {1} the kind, {2} what may be meant
	RunCancelled         Code = "R025"
	RunTimeout           Code = "R026"
	RunFrozen            Code = "R027" // {0} the name
	RunThrown            Code = "R028" // {0} the value's text
	RunFailed            Code = "R029" // {0} what a builtin said
	RunUnsupported       Code = "R030" // {0} the statement
	RunArgument          Code = "R031" // {0} what a builtin needs, {1} the kind it got
	RunShapeRule         Code = "R032" // {0} the shape and field, {1} what the rule demands, {2} the value or its length
	RunShapeMissing      Code = "R033" // {0} the shape and field
	RunShapeInvalid      Code = "R034" // {0} the shape, {1} the names of the fields that are wrong
	RunUnavailable       Code = "R035"
	RunInternal          Code = "R036" // {0} what Go said
	RunStays             Code = "R037" // {0} the kind of handle
	RunDeadlock          Code = "R038"
	RunTooManyTasks      Code = "R039" // {0} the limit
	RunClosed            Code = "R040"
	RunElsewhere         Code = "R041"
)

// runNames are the names under which programs see these mistakes: the code
// (குறியீடு) of the error that they catch. They are for good, like the codes.
var runNames = map[Code]string{
	RunDivisionByZero:    "division_by_zero",
	RunNumberTooLarge:    "number_too_large",
	RunUndefinedVariable: "undefined_variable",
	RunUnknownFunction:   "unknown_function",
	RunIndexRange:        "index",
	RunIndexWhole:        "index_not_whole",
	RunNotIndexable:      "not_indexable",
	RunNoField:           "no_field",
	RunNotRecord:         "not_record",
	RunNotList:           "not_list",
	RunNotFunction:       "not_function",
	RunArity:             "arity",
	RunReturnOutside:     "return_outside",
	RunNotResult:         "not_result",
	RunUnhandled:         "unhandled",
	RunTooDeep:           "too_deep",
	RunOutOfSteps:        "out_of_steps",
	RunOutOfMemory:       "out_of_memory",
	RunNotIterable:       "not_iterable",
	RunNoLength:          "no_length",
	RunTextFixed:         "text_fixed",
	RunShapeField:        "shape_field",
	RunShapeKind:         "shape_kind",
	RunNoMember:          "no_member",
	RunCancelled:         "cancelled",
	RunTimeout:           "timeout",
	RunFrozen:            "frozen",
	RunThrown:            "thrown",
	RunFailed:            "failed",
	RunUnsupported:       "unsupported",
	RunArgument:          "argument",
	RunShapeRule:         "shape_rule",
	RunShapeMissing:      "shape_missing",
	RunShapeInvalid:      "invalid",
	RunUnavailable:       "unavailable",
	RunInternal:          "internal",
	RunStays:             "not_portable",
	RunDeadlock:          "deadlock",
	RunTooManyTasks:      "too_many_tasks",
	RunClosed:            "closed",
	RunElsewhere:         "task_elsewhere",
}

// runCodes is runNames turned round.
var runCodes = sync.OnceValue(func() map[string]Code {
	m := make(map[string]Code, len(runNames))
	for c, n := range runNames {
		m[n] = c
	}
	return m
})

// RunName is the name by which a program knows a run-time mistake; "" for any other
// code.
func RunName(c Code) string { return runNames[c] }

// RunCode is the inverse of RunName. ok is false for a name that is no row's: one
// that the program or a builtin made up.
func RunCode(name string) (c Code, ok bool) {
	c, ok = runCodes()[name]
	return c, ok
}

// runRows are the mistakes that a running program meets.
var runRows = []Row{
	{
		Code: RunDivisionByZero, Kind: Run,
		Tamil: "பூஜ்ஜியத்தால் வகுக்க முடியாது", English: "division by zero",
		Wrong: "அ = 0;\nஅச்சு 1 / அ;\n", Right: "அ = 2;\nஅச்சு 1 / அ;\n",
		ExplainTamil:   "எண்ணாகப் படிக்க முடியாத உரையும் வகுப்பில் 0 ஆகும்.",
		ExplainEnglish: "Text that cannot be read as a number counts as 0 in a division too.",
	},
	{
		Code: RunNumberTooLarge, Kind: Run,
		Tamil: "எண் மிகப் பெரியது", English: "number too large",
		Wrong: "அ = 79228162514264337593543950335;\nஅச்சு அ + 1;\n", Right: "அ = 79228162514264337593543950334;\nஅச்சு அ + 1;\n",
		ExplainTamil:   "ஓர் எண்ணின் அளவு 79228162514264337593543950335 ஐ மீறக்கூடாது.",
		ExplainEnglish: "No number is beyond 79228162514264337593543950335 in size.",
	},
	{
		Code: RunUndefinedVariable, Kind: Run,
		Tamil: "மாறி '{0}' க்கு இன்னும் மதிப்பு தரப்படவில்லை", English: "undefined variable '{0}'",
		Wrong: "(பொய்) எனில் { விலை = 1; }\nஅச்சு விலை;\n", Right: "விலை = 0;\n(பொய்) எனில் { விலை = 1; }\nஅச்சு விலை;\n",
		ExplainTamil:   "நிரல் வந்த வழியில் அந்த மாறிக்கு எங்கும் மதிப்பு தரப்படவில்லை.",
		ExplainEnglish: "On the way that the program took, nothing was assigned to that name.",
	},
	{
		Code: RunUnknownFunction, Kind: Run,
		Tamil: "'{0}' என்ற செயல் இல்லை", English: "unknown function '{0}'",
		Wrong:          "இரட்டை(2);\n",
		Right:          "செயல் இரட்டை(x) { திரும்பு x * 2; }\nஅச்சு இரட்டை(2);\n",
		ExplainTamil:   "அப்பெயரில் நிரலிலும் உள்ளமைந்தவற்றிலும் செயல் எதுவும் இல்லை.",
		ExplainEnglish: "Neither the program nor the language has a function of that name.",
	},
	{
		Code: RunIndexRange, Kind: Run,
		Tamil: "இடம் {0} வரம்புக்கு வெளியே உள்ளது; நீளம் {1}", English: "index {0} out of bounds, length {1}",
		Wrong: "அ = [1, 2];\nஅச்சு அ[2];\n", Right: "அ = [1, 2];\nஅச்சு அ[1];\n",
		ExplainTamil:   "இடங்கள் 0 இலிருந்து நீளம் - 1 வரை. அணி இணை() ஆல் மட்டுமே வளரும்.",
		ExplainEnglish: "Places go from 0 to the length less one. A list grows only by append.",
	},
	{
		Code: RunIndexWhole, Kind: Run,
		Tamil: "இடம் முழு எண்ணாக இருக்க வேண்டும்; {0} அல்ல", English: "an index must be a whole number, got {0}",
		Wrong: "அ = [1, 2];\nஅச்சு அ[0.5];\n", Right: "அ = [1, 2];\nஅச்சு அ[0];\n",
	},
	{
		Code: RunNotIndexable, Kind: Run,
		Tamil: "[ ] ஆல் எடுக்க ஓர் அணி, பொருள் அல்லது உரை தேவை; கிடைத்தது {0}", English: "cannot index into {0}",
		Wrong: "அ = 5;\nஅச்சு அ[0];\n", Right: "அ = [5];\nஅச்சு அ[0];\n",
	},
	{
		Code: RunNoField, Kind: Run,
		Tamil: "'{0}' என்ற புலம் இல்லை", English: "no field '{0}' on this record",
		Wrong: "அ = {பெயர்: \"கண்ணன்\"};\nஅச்சு அ.வயது;\n", Right: "அ = {பெயர்: \"கண்ணன்\", வயது: 30};\nஅச்சு அ.வயது;\n",
	},
	{
		Code: RunNotRecord, Kind: Run,
		Tamil: "'.{0}' க்கு ஒரு பொருள் தேவை; கிடைத்தது {1}", English: "'.{0}' needs a record, got {1}",
		Wrong: "அ = 5;\nஅச்சு அ.பெயர்;\n", Right: "அ = {பெயர்: 5};\nஅச்சு அ.பெயர்;\n",
	},
	{
		Code: RunNotList, Kind: Run,
		Tamil: "ஓர் அணி தேவை; கிடைத்தது {0}", English: "a list is needed, got {0}",
		Wrong: "அ = 5;\nஅச்சு [..அ];\n", Right: "அ = [5];\nஅச்சு [..அ];\n",
	},
	{
		Code: RunNotFunction, Kind: Run,
		Tamil: "அழைக்க ஒரு செயல் தேவை; கிடைத்தது {0}", English: "cannot call {0}: a function is needed",
		Wrong: "அ = 5;\nஅச்சு அ(1);\n", Right: "அ = செயல்(எ) { திரும்பு எ; };\nஅச்சு அ(1);\n",
	},
	{
		Code: RunArity, Kind: Run,
		Tamil: "செயல் '{0}' க்கு {1} அளவுரு வேண்டும்; {2} தரப்பட்டது", English: "function '{0}' expects {1} argument(s), got {2}",
		Wrong: "அ = செயல்(எ) { திரும்பு எ; };\nஅச்சு அ(1, 2);\n", Right: "அ = செயல்(எ) { திரும்பு எ; };\nஅச்சு அ(1);\n",
	},
	{
		Code: RunReturnOutside, Kind: Run,
		Tamil: "செயலுக்கு வெளியே திரும்ப முடியாது", English: "return outside of a function",
		Wrong: "அச்சு 1;\nதிரும்பு 2;\n", Right: "செயல் எ() { திரும்பு 2; }\nஅச்சு எ();\n",
	},
	{
		Code: RunNotResult, Kind: Run,
		Tamil: "'?' க்கு ஒரு முடிவு தேவை; கிடைத்தது {0}", English: "'?' needs a result, got {0}",
		Wrong: "அ = 5;\nஅச்சு அ?;\n", Right: "அ = சரி(5);\nஅச்சு அ?;\n",
	},
	{
		Code: RunUnhandled, Kind: Run,
		Tamil: "கையாளப்படாத தவறு: {0}", English: "unhandled failure: {0}",
		Wrong: "அ = தவறு(\"இருப்பு இல்லை\");\nஅச்சு அ?;\n", Right: "அ = சரி(\"இருக்கிறது\");\nஅச்சு அ?;\n",
		ExplainTamil:   "செயலுக்குள் '?' தவறை அழைத்தவரிடம் திருப்பும்; வெளியே திருப்ப யாரும் இல்லை.",
		ExplainEnglish: "Inside a function '?' returns the failure to the caller; outside there is nobody to return it to.",
	},
	{
		Code: RunTooDeep, Kind: Run,
		Tamil: "ஒன்றுக்குள் ஒன்றாக {0} அழைப்புகளுக்கு மேல் உள்ளன; முடிவில்லாத தன்னழைப்பா?", English: "calls are nested deeper than {0}: endless recursion?",
		Wrong: "செயல் எ(அ) { திரும்பு எ(அ + 1); }\nஅச்சு எ(0);\n", Right: "செயல் எ(அ) { (அ > 9) எனில் { திரும்பு அ; } திரும்பு எ(அ + 1); }\nஅச்சு எ(0);\n",
	},
	{
		Code: RunOutOfSteps, Kind: Run,
		Tamil: "அனுமதித்த படிகள் முடிந்தன; முடிவில்லாத சுற்றா?", English: "the steps allowed are used up: an endless loop?",
		Wrong:          "எண்ணி = 0;\n(எண்ணி < 3) சுற்று { அச்சுக்கு = எண்ணி; }\n",
		Right:          "எண்ணி = 0;\n(எண்ணி < 3) சுற்று { எண்ணி = எண்ணி + 1; }\nஅச்சு எண்ணி;\n",
		ExplainTamil:   "ஒவ்வொரு அழைப்பும், சுற்றின் ஒவ்வொரு முறையும் ஒரு படி. ஒரு கோரிக்கைக்கான அளவு அமைப்பில் உள்ளது.",
		ExplainEnglish: "Each call and each turn of a loop is a step. How many a request may take is a setting.",
	},
	{
		Code: RunOutOfMemory, Kind: Run,
		Tamil: "அனுமதித்த நினைவகம் முடிந்தது", English: "the memory allowed is used up",
		Wrong:          "பெரிது = \"அ\";\n(மெய்) சுற்று { பெரிது = பெரிது & பெரிது; }\n",
		Right:          "பெரிது = \"அ\";\n(நீளம்(பெரிது) < 100) சுற்று { பெரிது = பெரிது & பெரிது; }\nஅச்சு பெரிது;\n",
		ExplainTamil:   "ஒரு கோரிக்கை வைத்திருக்கும் மதிப்புகளுக்கான அளவு அமைப்பில் உள்ளது.",
		ExplainEnglish: "How much memory the values of a request may take is a setting.",
	},
	{
		Code: RunNotIterable, Kind: Run,
		Tamil: "ஒவ்வொன்றாகச் சுற்ற இதில் உறுப்புகள் இல்லை; இது {0}", English: "cannot iterate over {0}",
		Wrong: "ஒவ்வொரு அ இல் 5 { அச்சு அ; }\n", Right: "ஒவ்வொரு அ இல் [5] { அச்சு அ; }\n",
	},
	{
		Code: RunNoLength, Kind: Run,
		Tamil: "இதற்கு நீளம் இல்லை; இது {0}", English: "{0} has no length",
		Wrong: "அச்சு நீளம்(5);\n", Right: "அச்சு நீளம்([5]);\n",
	},
	{
		Code: RunTextFixed, Kind: Run,
		Tamil: "உரையின் எழுத்தை மாற்ற முடியாது", English: "the letters of text cannot be changed",
		Wrong: "அ = \"கல்\";\nஅ[0] = \"ப\";\n", Right: "அ = \"கல்\";\nஅ = \"பல்\";\n",
	},
	{
		Code: RunShapeField, Kind: Run,
		Tamil: "வடிவம் {0} இல் '{1}' என்ற புலம் இல்லை", English: "shape {0} has no field '{1}'",
		Wrong: "வடிவம் புள்ளி { எண் x }\nஅ = புள்ளி{x: 1};\nஎ = \"y\";\nஅ[எ] = 2;\n", Right: "வடிவம் புள்ளி { எண் x }\nஅ = புள்ளி{x: 1};\nஎ = \"x\";\nஅ[எ] = 2;\n",
	},
	{
		Code: RunShapeKind, Kind: Run,
		Tamil: "{0} {1} ஆக இருக்க வேண்டும்; கிடைத்தது {2}", English: "{0} must be {1}, got {2}",
		Wrong: "வடிவம் புள்ளி { எண் x }\nசெயல் எ(அ) { திரும்பு புள்ளி{x: அ}; }\nஅச்சு எ(\"ஒன்று\");\n", Right: "வடிவம் புள்ளி { எண் x }\nசெயல் எ(அ) { திரும்பு புள்ளி{x: அ}; }\nஅச்சு எ(1);\n",
	},
	{
		Code: RunNoMember, Kind: Run,
		Tamil: "'{0}' என்ற உறுப்பு இதற்கு இல்லை; இது {1}{2}", English: "{1} has no member '{0}'{2}",
		Wrong: "அ = 5;\nஅச்சு அ.இல்லாதது();\n", Right: "அ = {இல்லாதது: செயல்() { திரும்பு 5; }};\nஅச்சு அ.இல்லாதது();\n",
	},
	{
		Code: RunCancelled, Kind: Run,
		Tamil: "பணி நிறுத்தப்பட்டது", English: "cancelled",
		Wrong:          "வேலை = தொடங்கு உறங்கு(600);\nவேலை.cancel();\nகாத்திரு வேலை;\n",
		Right:          "வேலை = தொடங்கு உறங்கு(0.01);\nகாத்திரு வேலை;\n",
		ExplainTamil:   "இதன் முடிவுக்காக இனி யாரும் காத்திருக்கவில்லை: இணைப்பு மூடப்பட்டது, அல்லது வேறொரு பணி முந்தியது.",
		ExplainEnglish: "Nobody waits for the outcome any more: the client is gone, or another task was faster.",
	},
	{
		Code: RunTimeout, Kind: Run,
		Tamil: "காலக்கெடு முடிந்தது", English: "the deadline is over",
		Wrong:          "காலக்கெடு(0.01) { உறங்கு(600); }\n",
		Right:          "காலக்கெடு(600) { உறங்கு(0.01); }\n",
		ExplainTamil:   "இப்பணிக்கு வைத்த காலக்கெடுவிற்குள் அது முடியவில்லை.",
		ExplainEnglish: "The task did not end within the time set for it.",
	},
	{
		Code: RunFrozen, Kind: Run,
		Tamil: "'{0}' தொடக்கத்திற்குப் பின் மாறாது", English: "'{0}' does not change any more once the program has started",
		ExplainTamil:   "மேல்மட்ட மாறிகள் தொடக்கத்தில் உறைகின்றன; கோரிக்கைகளுக்கு இடையே பகிர தற்காலிகம் அல்லது தளத்தைப் பயன்படுத்துக.",
		ExplainEnglish: "Names of the top level freeze when the program has started; what requests share belongs in the cache or a database.",
	},
	{
		Code: RunThrown, Kind: Run,
		Tamil: "எறியப்பட்டது: {0}", English: "thrown: {0}",
		Wrong:          "எறி \"பொருள் தீர்ந்தது\";\n",
		Right:          "முயல் { எறி \"பொருள் தீர்ந்தது\"; } பிழை(e) { அச்சு e.message; }\n",
		ExplainTamil:   "எறி ஆல் எறிந்த மதிப்பை எந்தப் பிழை(…) பகுதியும் பிடிக்கவில்லை.",
		ExplainEnglish: "No catch took the value that was thrown.",
	},
	{
		Code: RunFailed, Kind: Run,
		Tamil: "முடியவில்லை: {0}", English: "failed: {0}",
		ExplainTamil:   "உள்ளமைந்த செயல் ஒன்று முடியாமல் நின்றது; காரணம் செய்தியில் உள்ளது.",
		ExplainEnglish: "A builtin could not do its work; the message says why.",
	},
	{
		Code: RunUnsupported, Kind: Run,
		Tamil: "'{0}' இன்னும் இயங்காது", English: "'{0}' does not run",
		Wrong:          "தளம்_புதுப்பி பொருட்கள், {\"விலை\": 5};\n",
		Right:          "தளம்_இணை சீகுலைட், \"கடை.db\";\nதளம்_செய் \"CREATE TABLE பொருட்கள் (விலை INTEGER)\", [];\nதளம்_செய் \"UPDATE பொருட்கள் SET விலை = $1\", [5];\n",
		ExplainTamil:   "இக்கூற்று படிக்கப்படும், ஆனால் இயங்காது. தளம்_வினா அல்லது தளம்_செய் ஆல் SQL எழுதுக.",
		ExplainEnglish: "The statement is read but does nothing. Write SQL with தளம்_வினா or தளம்_செய்.",
	},
	{
		Code: RunArgument, Kind: Run,
		Tamil: "{0} தேவை; கிடைத்தது {1}", English: "{0} is needed, got {1}",
		Wrong: "அச்சு விசைகள்(5);\n", Right: "அச்சு விசைகள்({அ: 5});\n",
	},
	{
		Code: RunShapeRule, Kind: Run,
		Tamil: "{0} {1} வேண்டும்; கிடைத்தது {2}", English: "{0} must be {1}, got {2}",
		Wrong: "வடிவம் பயனர் { எண் வயது விதி 18..120 }\nஅச்சு பயனர்{வயது: 17};\n", Right: "வடிவம் பயனர் { எண் வயது விதி 18..120 }\nஅச்சு பயனர்{வயது: 18};\n",
		ExplainTamil:   "வடிவத்தில் விதி க்குப் பின் உள்ளதை புலத்தின் மதிப்பு மீறுகிறது. பயனர்({…}) பிழை எறியாமல் தவறான புலங்கள் அனைத்தையும் சொல்லும்.",
		ExplainEnglish: "The value breaks what stands after விதி in the shape. Called with a record, the shape answers with a failure that lists every wrong field instead.",
	},
	{
		Code: RunShapeMissing, Kind: Run,
		Tamil: "{0} தரப்படவில்லை", English: "{0} is missing",
		ExplainTamil:   "'?' உள்ள புலங்களையும் '=' ஆல் மதிப்பு உள்ளவற்றையும் மட்டுமே விடலாம்.",
		ExplainEnglish: "Only fields with '?' and fields with a default may be left out.",
	},
	{
		Code: RunShapeInvalid, Kind: Run,
		Tamil: "{0} வடிவத்திற்குப் பொருந்தாத புலங்கள்: {1}", English: "fields do not fit the shape {0}: {1}",
		Wrong: "வடிவம் பயனர் { சொல் பெயர், எண் வயது }\nஅச்சு பயனர்({பெயர்: 5, வயது: \"கயல்\", ஊர்: 1})?;\n", Right: "வடிவம் பயனர் { சொல் பெயர், எண் வயது }\nஅச்சு பயனர்({பெயர்: \"கயல்\", வயது: 30})?;\n",
		ExplainTamil:   "பிழையின் விவரம் தவறான ஒவ்வொரு புலத்திற்கும் {புலம், குறியீடு, செய்தி} தரும்.",
		ExplainEnglish: "The error's details have an entry {field, code, message} for each wrong field.",
	},
	{
		Code: RunUnavailable, Kind: Run,
		Tamil: "வழங்கியில் இப்போது இடமில்லை", English: "the server has no room for this now",
		ExplainTamil:   "ஒரே நேரத்தில் காத்திருக்கும் அல்லது நீண்ட கணக்கிடும் கோரிக்கைகளின் எண்ணிக்கையோ நினைவகமோ அமைப்பில் உள்ள வரம்பை எட்டியது: max_computing, memory_total.",
		ExplainEnglish: "Requests that wait or compute for long have reached a limit of the settings, in number or memory: max_computing, memory_total.",
	},
	{
		Code: RunInternal, Kind: Run,
		Tamil: "eTamil இன் உட்பிழை: {0}", English: "a mistake in eTamil itself: {0}",
		ExplainTamil:   "உங்கள் நிரலில் அல்ல, eTamil இல் உள்ள பிழை. பதிவில் உள்ள வரியுடன் எங்களுக்குத் தெரிவிக்கவும்.",
		ExplainEnglish: "The mistake is not in your program but in eTamil. Please report it with the line that the log has about it.",
	},
	{
		Code: RunStays, Kind: Run,
		Tamil: "'{0}' அதன் பணியுடன் முடியும்; வேறு பணிக்குத் தர முடியாது", English: "a {0} ends with its task and cannot be given to another",
		ExplainTamil:   "பின்னணிப் பணிக்கோ வாய்க்காலுக்கோ மதிப்புகளும் வாய்க்கால்களும் செல்லும்; கோரிக்கை, கோப்பு போன்றவை அவற்றின் பணியுடன் முடிவதால் செல்லா. தேவையானதை முதலில் படித்து மதிப்பாகத் தருக.",
		ExplainEnglish: "Values and channels may go to a background task or through a channel; requests, files and the like end with the task that has them. Read what is needed first and hand on the value.",
	},
	{
		Code: RunDeadlock, Kind: Run,
		Tamil: "பணிகள் ஒன்றையொன்று எதிர்பார்த்து நிற்கின்றன", English: "tasks wait for each other, and none can go on",
		Wrong: "அ = வாய்க்கால்();\nஅச்சு அ.பெறு();\n", Right: "அ = வாய்க்கால்(1);\nஅ.அனுப்பு(5);\nஅச்சு அ.பெறு();\n",
		ExplainTamil:   "காத்திருக்கும் எந்தப் பணியையும் தொடரச் செய்ய யாரும் இல்லை. பிழையின் விவரம் ஒவ்வொரு பணியும் எங்கு நிற்கிறது எனச் சொல்லும்.",
		ExplainEnglish: "There is nobody left who could let any of the waiting tasks go on. The error's details say where each of them stands.",
	},
	{
		Code: RunTooManyTasks, Kind: Run,
		Tamil: "ஒரே நேரத்தில் {0} பணிகளுக்கு மேல் இருக்க முடியாது", English: "there can be no more than {0} tasks at a time",
		ExplainTamil:   "ஒரு நிரலோ கோரிக்கையோ தொடங்கி இன்னும் முடியாத பணிகள் வரம்பை எட்டின. முடிந்தவற்றுக்குக் காத்திருந்து மேலும் தொடங்குக.",
		ExplainEnglish: "The tasks that a program or request has started and that have not ended reached the limit. Wait for some before starting more.",
	},
	{
		Code: RunClosed, Kind: Run,
		Tamil: "வாய்க்கால் மூடப்பட்டது", English: "the channel is closed",
		Wrong: "அ = வாய்க்கால்(1);\nஅ.மூடு();\nஅ.அனுப்பு(5);\n", Right: "அ = வாய்க்கால்(1);\nஅ.அனுப்பு(5);\nஅ.மூடு();\nஅச்சு அ.பெறு();\n",
	},
	{
		Code: RunElsewhere, Kind: Run,
		Tamil: "இப்பணி வேறொரு நிகழ்வுச் சுற்றில் ஓடுகிறது", English: "this task runs on another worker",
		ExplainTamil:   "ஒரு பணிக்காகக் காத்திருக்க அதைத் தொடங்கிய நிரலோ கோரிக்கையோ மட்டுமே முடியும். நிகழ்வுச் சுற்றுகளுக்கு இடையே வாய்க்காலைப் பயன்படுத்துக.",
		ExplainEnglish: "Only the program or request that has started a task can wait for it. Between workers use a channel.",
	},
}
