package diag

// FunctionTooLarge is the only mistake that the stages after the checker find.
const FunctionTooLarge Code = "C001" // {0} the function

// compileRows are the mistakes that internal/compile reports. They have no
// wrong program here: it would have thousands of variables. A test of
// internal/compile makes one.
var compileRows = []Row{
	{
		Code: FunctionTooLarge, Kind: Type,
		Tamil: "செயல் '{0}' மிகப் பெரியது", English: "function '{0}' is too large",
		ExplainTamil:   "ஒரு செயலில் ஒரே நேரத்தில் ஏறத்தாழ 4,000 மதிப்புகளும் 4,000 புலப்பெயர்களும் மட்டுமே இருக்கலாம். அதைச் சிறு செயல்களாகப் பிரியுங்கள்; பெரிய தரவை ஒரு கோப்பில் வையுங்கள்.",
		ExplainEnglish: "One function can hold about 4,000 values at a time and 4,000 names of fields. Split it into smaller ones; keep large data in a file.",
	},
}
