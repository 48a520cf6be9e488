package diag

// The mistakes that the stages after the checker find.
const (
	FunctionTooLarge Code = "C001" // {0} the function
	ProgramTooLarge  Code = "C002" // {0} what there is too much of, {1} how many are possible
)

// compileRows are the mistakes that internal/compile reports. They have no
// wrong program here: it would have thousands of variables. A test of
// internal/compile makes one.
var compileRows = []Row{
	{
		Code: FunctionTooLarge, Kind: Type,
		Tamil: "செயல் '{0}' மிகப் பெரியது", English: "function '{0}' is too large",
		ExplainTamil:   "ஒரு செயலில் ஒரே நேரத்தில் ஏறத்தாழ 4,000 மதிப்புகளும் 4,000 புலப்பெயர்களும் மட்டுமே இருக்கலாம்; அது 255 உள்ளீடுகள் வரை ஏற்கும், தரும், 255 மாறிகள் வரை பிடித்து வைக்கும். அதைச் சிறு செயல்களாகப் பிரிக்கவும்; பெரிய தரவை ஒரு கோப்பில் வைக்கவும்.",
		ExplainEnglish: "One function can hold about 4,000 values at a time and 4,000 names of fields, take and give up to 255 arguments, and capture up to 255 variables. Split it into smaller ones; keep large data in a file.",
	},
	{
		Code: ProgramTooLarge, Kind: Type,
		Tamil: "மிகப் பல {0}; அதிகபட்சம் {1}", English: "too many {0}; at most {1} are possible",
		ExplainTamil:   "பெரிய தரவை ஒரு கோப்பில் அல்லது தரவுதளத்தில் வைக்கவும்.",
		ExplainEnglish: "Keep large data in a file or in a database.",
	},
}
