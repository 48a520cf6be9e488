package diag

// Mistakes in how the text is written down, before it has any grammar.
const (
	LexUnknown         Code = "L001" // a character that begins nothing
	LexString          Code = "L002" // "… without an end
	LexNumber          Code = "L003" // a number beyond the decimal range
	LexBidi            Code = "L004" // a control that turns text around
	LexUTF8            Code = "L005" // bytes that are not UTF-8
	LexReturn          Code = "L006" // a CR without its LF
	LexComment         Code = "L007" // /* without */
	LexFString         Code = "L008" // f"… without an end
	LexEscape          Code = "L009" // an unknown \ in an f-string
	LexBrace           Code = "L010" // a } alone in an f-string
	LexHoleComment     Code = "L011" // a comment in a hole
	LexSpec            Code = "L012" // a bad format after : in a hole
	LexPercent         Code = "L013" // % apart from a number
	LexExclamation     Code = "L014" // ! alone
	LexInvisible       Code = "L015" // a character nobody sees
	LexTooManyMistakes Code = "L016" // more than are worth listing
)

var lexRows = []Row{
	{
		Code: LexUnknown, Kind: Lex,
		Tamil:   "{0} என்பது இம்மொழியில் இல்லாத குறி",
		English: "{0} is not a sign of this language",
		Wrong:   "அச்சு 5 @ 3;\n", Right: "அச்சு 5 * 3;\n",
		ExplainTamil:   "சொற்கள், எண்கள், \"உரை\", மற்றும் > < == != >= <= = + - * / & ? [ ] . : ( ) { } , ; => .. ஆகியவையே நிரலில் வரலாம். வேறு எதையும் உரைக்குள்ளோ குறிப்புரைக்குள்ளோ எழுதலாம்.",
		ExplainEnglish: "A program is made of words, numbers, \"text\" and the signs > < == != >= <= = + - * / & ? [ ] . : ( ) { } , ; => and .. . Anything else may stand in text and in comments only.",
	},
	{
		Code: LexString, Kind: Lex,
		Tamil:   "மேற்கோள் மூடப்படவில்லை: {0}",
		English: "this text is never closed: {0}",
		Wrong:   "அச்சு \"வணக்கம்;\n", Right: "அச்சு \"வணக்கம்\";\n",
		ExplainTamil:   "\" இல் தொடங்கும் உரை அடுத்த \" வரை நீளும், பல வரிகளிலும் வரலாம். உரைக்குள் \" வேண்டுமானால் \\\" என எழுதுக.",
		ExplainEnglish: "Text begins with \" and goes on to the next \", over several lines if need be. Write \\\" for a quotation mark within it.",
	},
	{
		Code: LexNumber, Kind: Lex,
		Tamil:   "{0} மிகப் பெரிய எண்",
		English: "{0} is too large a number",
		Wrong:   "அச்சு 79228162514264337593543950336;\n", Right: "அச்சு 79228162514264337593543950335;\n",
		ExplainTamil:   "எண்கள் துல்லியமான பதின்மங்கள்; மிகப் பெரியது 79228162514264337593543950335.",
		ExplainEnglish: "Numbers are exact decimals; the largest is 79228162514264337593543950335.",
	},
	{
		Code: LexBidi, Kind: Lex,
		Tamil:   "எழுத்துத் திசையை மாற்றும் மறைகுறி {0} நிரலில் வரக்கூடாது",
		English: "{0} turns the direction of text around and may not stand in a program",
		Wrong:   "அச்சு \"a\u202eb\";\n", Right: "அச்சு \"ab\";\n",
		ExplainTamil:   "U+202A-202E, U+2066-2069 ஆகியவை நிரலை உண்மையில் இருப்பதைவிட வேறாகக் காட்டக்கூடும்; எனவே உரையிலும் குறிப்புரையிலும் கூட அவை தடை.",
		ExplainEnglish: "U+202A-202E and U+2066-2069 can make a program look different from what it is, so they are refused everywhere, in text and comments too.",
	},
	{
		Code: LexUTF8, Kind: Lex,
		Tamil:   "இக்கோப்பு UTF-8 அல்ல: {0}",
		English: "this is not UTF-8: {0}",
		Wrong:   "அச்சு \"\xff\";\n", Right: "அச்சு \"ÿ\";\n",
		ExplainTamil:   "நிரல் கோப்புகளை UTF-8 ஆகச் சேமிக்கவும்.",
		ExplainEnglish: "Save program files as UTF-8.",
	},
	{
		Code: LexReturn, Kind: Lex,
		Tamil:   "வரி முடிவில் CR மட்டும் உள்ளது, LF இல்லை",
		English: "a CR without an LF after it is not a line end",
		Wrong:   "அச்சு 1;\rஅச்சு 2;\n", Right: "அச்சு 1;\r\nஅச்சு 2;\n",
		ExplainTamil:   "வரிகள் LF அல்லது CRLF இல் முடிய வேண்டும். உரைக்குள் CR வேண்டுமானால் \\r என எழுதுக.",
		ExplainEnglish: "Lines end with LF or CRLF. For a CR within text write \\r.",
	},
	{
		Code: LexComment, Kind: Lex,
		Tamil:   "/* மூடப்படவில்லை",
		English: "this /* is never closed",
		Wrong:   "/* முதல் /* உள் */\nஅச்சு 1;\n", Right: "/* முதல் /* உள் */ */\nஅச்சு 1;\n",
		ExplainTamil:   "/* … */ ஒன்றுக்குள் ஒன்று வரலாம்; ஒவ்வொரு /* க்கும் தன் */ வேண்டும்.",
		ExplainEnglish: "Block comments nest: each /* needs a */ of its own.",
	},
	{
		Code: LexFString, Kind: Lex,
		Tamil:   "f\" மூடப்படவில்லை: {0}",
		English: "this f-string is never closed: {0}",
		Wrong:   "x = 1;\nஅச்சு f\"மொத்தம் {x};\n", Right: "x = 1;\nஅச்சு f\"மொத்தம் {x}\";\n",
		ExplainTamil:   "f\" இல் தொடங்குவது \" இல் முடிய வேண்டும்; ஒவ்வொரு { க்கும் } வேண்டும்.",
		ExplainEnglish: "What begins with f\" ends with \", and each { in it needs its }.",
	},
	{
		Code: LexEscape, Kind: Lex,
		Tamil:   "f-உரையில் {0} என்ற மாற்றெழுத்து இல்லை",
		English: "there is no escape {0} in an f-string",
		Wrong:   "அச்சு f\"C:\\kaNakku\";\n", Right: "அச்சு f\"C:\\\\kaNakku\";\n",
		ExplainTamil:   "f-உரையில் வரக்கூடியவை: \\n \\t \\r \\\" \\\\ \\{ \\} \\u{…}.",
		ExplainEnglish: "An f-string knows \\n \\t \\r \\\" \\\\ \\{ \\} and \\u{…} with one to six hexadecimal digits.",
	},
	{
		Code: LexBrace, Kind: Lex,
		Tamil:   "f-உரையில் தனி '}' வரக்கூடாது; '}}' என எழுதுக",
		English: "a '}' alone in an f-string; write '}}' for the sign itself",
		Wrong:   "அச்சு f\"a } b\";\n", Right: "அச்சு f\"a }} b\";\n",
		ExplainTamil:   "f-உரையில் { } என்பன மதிப்பு வரும் இடத்தைக் குறிக்கும். அக்குறிகளே வேண்டுமானால் {{ }} என இரட்டித்து எழுதுக.",
		ExplainEnglish: "In an f-string { } enclose a value. Double them, {{ }}, for the signs themselves.",
	},
	{
		Code: LexHoleComment, Kind: Lex,
		Tamil:   "f-உரையின் { } க்குள் குறிப்புரை வரக்கூடாது",
		English: "no comment may stand in the { } of an f-string",
		Wrong:   "x = 1;\nஅச்சு f\"{x /* இது */}\";\n", Right: "x = 1;\nஅச்சு f\"{x}\"; /* இது */\n",
	},
	{
		Code: LexSpec, Kind: Lex,
		Tamil:   "':' க்குப் பின் வரும் வடிவத்தில் {0} வரக்கூடாது",
		English: "{0} may not stand in the format after ':'",
		Wrong:   "x = 1;\nஅச்சு f\"{x:{2}}\";\n", Right: "x = 1;\nஅச்சு f\"{x:.2}\";\n",
		ExplainTamil:   "f-உரையில் { } க்குள் ':' க்குப் பின் வடிவம் வரும்; அதில் \" { } வரக்கூடாது.",
		ExplainEnglish: "After ':' in a hole comes a format as வடிவமை takes it; it holds no \" { }.",
	},
	{
		Code: LexPercent, Kind: Lex,
		Tamil:   "'%' எண்ணை ஒட்டி மட்டுமே வரும்; மீதி காண மீதி(a, b)",
		English: "'%' stands only directly after a number; for the remainder write மீதி(a, b)",
		Wrong:   "அச்சு 10 % 3;\n", Right: "அச்சு மீதி(10, 3);\n",
		ExplainTamil:   "12.5% என்பது 0.125. மீதிக்கு '%' இல்லை; மீதி(a, b) அல்லது _mod(a, b) என்பதைப் பயன்படுத்துக.",
		ExplainEnglish: "12.5% is 0.125. There is no operator for the remainder: call மீதி(a, b), in English _mod(a, b).",
	},
	{
		Code: LexExclamation, Kind: Lex,
		Tamil:   "'!' தனியாக வராது; '!=' அல்லது இல்லை என எழுதுக",
		English: "'!' does not stand alone; write '!=' or இல்லை (_not)",
		Wrong:   "x = மெய்;\n(!x) எனில் { அச்சு 1; }\n", Right: "x = மெய்;\n(இல்லை x) எனில் { அச்சு 1; }\n",
	},
	{
		Code: LexInvisible, Kind: Lex,
		Tamil:   "கண்ணுக்குத் தெரியாத எழுத்து {0}",
		English: "an invisible character {0}",
		Wrong:   "அச்சு\u00a01;\n", Right: "அச்சு 1;\n",
		ExplainTamil:   "இடைவெளி, தாவல், வரி முடிவு ஆகியவை மட்டுமே சொற்களைப் பிரிக்கும். NBSP, ZWJ, ZWNJ போன்றவை உரைக்குள்ளும் குறிப்புரைக்குள்ளும் மட்டும் வரலாம்.",
		ExplainEnglish: "Only space, tab, form feed and line ends separate words. NBSP, ZWJ, ZWNJ and the like may stand in text and comments only; they often come along when a program is pasted from a web page.",
	},
	{
		Code: LexTooManyMistakes, Kind: Lex,
		Tamil:   "இன்னும் பல பிழைகள் உள்ளன; முதல் {0} மட்டும் காட்டப்பட்டன",
		English: "there are more mistakes; only the first {0} are listed",
		Wrong:   "@ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @\n", Right: "அச்சு 1;\n",
	},
}
