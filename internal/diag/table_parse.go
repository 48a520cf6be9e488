package diag

// Mistakes in the grammar.
const (
	ParseSemicolon      Code = "P001" // ; missing
	ParseStatement      Code = "P002" // no statement begins like this
	ParseValue          Code = "P003" // a value is missing
	ParseClose          Code = "P004" // ) ] or } missing
	ParseBlock          Code = "P005" // { missing
	ParseKey            Code = "P006" // a field's name is missing
	ParseParam          Code = "P007" // a parameter's name is missing
	ParseLoopVar        Code = "P008" // a loop variable is missing
	ParseFuncName       Code = "P009" // a function's name is missing
	ParseName           Code = "P010" // some other name is missing
	ParseIn             Code = "P011" // இல் missing
	ParseIfOrLoop       Code = "P012" // எனில் or சுற்று missing
	ParseEquals         Code = "P013" // = missing
	ParseComma          Code = "P014" // , missing
	ParseText           Code = "P015" // quoted text missing
	ParseReserved       Code = "P016" // a reserved word as a name
	ParseAssignInCond   Code = "P017" // = where == is meant
	ParseNoEffect       Code = "P018" // an expression alone
	ParseTarget         Code = "P019" // nothing can be stored there
	ParseEmptyStatement Code = "P020" // ;;
	ParseEmptyPattern   Code = "P021" // {} = e
	ParseNothingCalled  Code = "P022" // தொடங்கு without a call
	ParseTryAlone       Code = "P023" // முயல் without பிழை
	ParseChain          Code = "P024" // a < f() < b
	ParseDeep           Code = "P025" // nested too deeply
	ParseShapePlace     Code = "P026" // வடிவம் inside a block
	ParseTestPlace      Code = "P027" // சோதனை inside a block
	ParseDefaultOrder   Code = "P028" // a default before a parameter without
	ParseType           Code = "P029" // a type is missing
	ParseUnclosed       Code = "P030" // a bracket without an end
	ParseArrow          Code = "P031" // => missing
	ParseRule           Code = "P032" // a bad rule after விதி
	ParsePattern        Code = "P033" // a bad left side of a destructuring
	ParseHole           Code = "P034" // a bad { } in an f-string
	ParseCondFirst      Code = "P035" // எனில் before its condition
	ParseCatchAlone     Code = "P036" // இன்றேல் without எனில்
	ParseWord           Code = "P037" // a driver or method is missing
	ParseFrom           Code = "P038" // இதனில் missing
	ParseReservedField  Code = "P039" // a reserved word as a field of a shape
)

var parseRows = []Row{
	{
		Code: ParseSemicolon, Kind: Parse,
		Tamil:   "இங்கே ';' வேண்டும்; {0} உள்ளது",
		English: "expected ';' here, found {0}",
		Wrong:   "அச்சு 1\nஅச்சு 2;\n", Right: "அச்சு 1;\nஅச்சு 2;\n",
		ExplainTamil:   "{ } இல் முடியாத ஒவ்வொரு கூற்றும் ';' இல் முடியும்.",
		ExplainEnglish: "Each statement that does not end with a block ends with ';'. The place given is where the next word stands; the ';' belongs after the word before it.",
	},
	{
		Code: ParseStatement, Kind: Parse,
		Tamil:   "இங்கே ஒரு கூற்று வேண்டும்; {0} உள்ளது",
		English: "expected a statement, found {0}",
		Wrong:   "\"x\" = 5;\n", Right: "x = 5;\n",
		ExplainTamil:   "கூற்று ஒரு சொல்லில் (அச்சு, திரும்பு, …), ஒரு பெயரில், அல்லது ( [ { இல் தொடங்கும்.",
		ExplainEnglish: "A statement begins with a keyword such as அச்சு, with a name, or with ( [ {.",
	},
	{
		Code: ParseValue, Kind: Parse,
		Tamil:   "இங்கே ஒரு மதிப்பு வேண்டும்; {0} உள்ளது",
		English: "expected a value, found {0}",
		Wrong:   "அச்சு .5;\n", Right: "அச்சு 0.5;\n",
		ExplainTamil:   "எண், உரை, பெயர், அழைப்பு, அணி, பொருள், செயல் ஆகியவையும் குறிகளால் இணைந்த அவையும் மதிப்புகள்.",
		ExplainEnglish: "A value is a number, text, a name, a call, a list, a record, a function, or several of them joined by operators.",
	},
	{
		Code: ParseClose, Kind: Parse,
		Tamil:   "இங்கே '{1}' வேண்டும்; {0} உள்ளது",
		English: "expected '{1}', found {0}",
		Wrong:   "அச்சு (1 + 2;\n", Right: "அச்சு (1 + 2);\n",
	},
	{
		Code: ParseBlock, Kind: Parse,
		Tamil:   "இங்கே '{' வேண்டும்; {0} உள்ளது",
		English: "expected '{', found {0}",
		Wrong:   "(1 == 1) எனில் அச்சு 1;\n", Right: "(1 == 1) எனில் { அச்சு 1; }\n",
		ExplainTamil:   "எனில், இன்றேல், சுற்று, செயல் போன்றவற்றின் உடல் எப்போதும் { } க்குள் வரும்.",
		ExplainEnglish: "What belongs to எனில், இன்றேல், சுற்று, a function and so on always stands in { }.",
	},
	{
		Code: ParseKey, Kind: Parse,
		Tamil:   "இங்கே ஒரு புலத்தின் பெயர் வேண்டும்; {0} உள்ளது",
		English: "expected a field name, found {0}",
		Wrong:   "அச்சு 1.;\n", Right: "அச்சு 1.0;\n",
		ExplainTamil:   "'.' க்குப் பின்னும் பொருளில் ':' க்கு முன்னும் ஒரு சொல் அல்லது \"உரை\" வரும்.",
		ExplainEnglish: "After '.' and before ':' in a record stands a word or \"text\".",
	},
	{
		Code: ParseParam, Kind: Parse,
		Tamil:   "இங்கே ஓர் அளவுருவின் பெயர் வேண்டும்; {0} உள்ளது",
		English: "expected a parameter name, found {0}",
		Wrong:   "செயல் f(5) { திரும்பு 1; }\n", Right: "செயல் f(அ) { திரும்பு 1; }\n",
	},
	{
		Code: ParseLoopVar, Kind: Parse,
		Tamil:   "இங்கே சுற்றின் மாறி வேண்டும்; {0} உள்ளது",
		English: "expected a loop variable, found {0}",
		Wrong:   "ஒவ்வொரு 5 இல் [1] { }\n", Right: "ஒவ்வொரு அ இல் [1] { }\n",
	},
	{
		Code: ParseFuncName, Kind: Parse,
		Tamil:   "இங்கே செயலின் பெயர் வேண்டும்; {0} உள்ளது",
		English: "expected a function name, found {0}",
		Wrong:   "செயல் (அ) { திரும்பு அ; }\n", Right: "செயல் f(அ) { திரும்பு அ; }\n",
	},
	{
		Code: ParseName, Kind: Parse,
		Tamil:   "இங்கே ஒரு பெயர் வேண்டும்; {0} உள்ளது",
		English: "expected a name, found {0}",
		Wrong:   "தரவு = 5;\n", Right: "விவரம் = 5;\n",
		ExplainTamil:   "எண், சொல், தரவு போன்ற வகைச் சொல்லுக்குப் பின் ஒரு பெயர் வரும்: எண் x = 5; வகைச் சொல்லையே பெயராகப் பயன்படுத்த முடியாது.",
		ExplainEnglish: "After a type word such as எண், சொல் or தரவு comes a name: எண் x = 5; The type word itself can't be a name.",
	},
	{
		Code: ParseIn, Kind: Parse,
		Tamil:   "இங்கே இல் வேண்டும்; {0} உள்ளது",
		English: "expected இல் (il, _in), found {0}",
		Wrong:   "ஒவ்வொரு அ [1, 2] { }\n", Right: "ஒவ்வொரு அ இல் [1, 2] { }\n",
	},
	{
		Code: ParseIfOrLoop, Kind: Parse,
		Tamil:   "(…) க்குப் பின் எனில் அல்லது சுற்று வேண்டும்; {0} உள்ளது",
		English: "expected எனில் (eZil) or சுற்று (cuRRu) after a condition, found {0}",
		Wrong:   "(1 == 1) { அச்சு 1; }\n", Right: "(1 == 1) எனில் { அச்சு 1; }\n",
	},
	{
		Code: ParseEquals, Kind: Parse,
		Tamil:   "இங்கே '=' வேண்டும்; {0} உள்ளது",
		English: "expected '=', found {0}",
		Wrong:   "நிலை எண் வீதம்;\n", Right: "நிலை எண் வீதம் = 1;\n",
		ExplainTamil:   "ஒரு பெயருக்குப் பின் '=' அல்லது '(' வரும்; நிலை என அறிவித்தால் மதிப்பும் வேண்டும்.",
		ExplainEnglish: "After a name at the start of a statement comes '=' or a call; a constant (நிலை) needs its value.",
	},
	{
		Code: ParseComma, Kind: Parse,
		Tamil:   "இங்கே ',' வேண்டும்; {0} உள்ளது",
		English: "expected ',', found {0}",
		Wrong:   "கோப்பு_எழுது \"a.txt\";\n", Right: "கோப்பு_எழுது \"a.txt\", 1;\n",
	},
	{
		Code: ParseText, Kind: Parse,
		Tamil:   "இங்கே \"மேற்கோளில் உரை\" வேண்டும்; {0} உள்ளது",
		English: "expected text in quotation marks, found {0}",
		Wrong:   "இறக்கு நூல்;\n", Right: "இறக்கு \"நூல்.qmz\";\n",
	},
	{
		Code: ParseReserved, Kind: Parse,
		Tamil:   "{0} என்பது மொழியின் சொல்; அதைப் பெயராகப் பயன்படுத்த முடியாது",
		English: "{0} is a word of the language and can't be a name",
		Wrong:   "வரிசை = 5;\n", Right: "வரிசை_1 = 5;\n",
		ExplainTamil:   "மொழியின் சொற்களை மாறி, அளவுரு, செயல், சுற்று மாறி ஆகியவற்றுக்குப் பெயராக வைக்க முடியாது. புலங்களின் பெயராக வைக்கலாம்: r.வரிசை, {வரிசை: 1}.",
		ExplainEnglish: "The words of the language, in each of their spellings, can't name variables, parameters, functions or loop variables. They can name fields: r.வரிசை, {வரிசை: 1}. Add a letter or _, or choose another word.",
	},
	{
		Code: ParseAssignInCond, Kind: Parse,
		Tamil:   "'=' ஒரு மதிப்பை வைக்கும்; ஒப்பிட '==' என எழுதுக",
		English: "'=' stores a value; did you mean '=='?",
		Wrong:   "x = 5;\n(x = 5) எனில் { அச்சு 1; }\n", Right: "x = 5;\n(x == 5) எனில் { அச்சு 1; }\n",
		ExplainTamil:   "மதிப்புக்குள் '=' வராது. ஒப்பிட '==' பயன்படுத்துக. (यदि இன் நிபந்தனையில் மட்டும் '=' என்பது '=='.)",
		ExplainEnglish: "'=' has no place within a value; '==' compares. (Only in the condition of यदि does '=' mean '=='.)",
	},
	{
		Code: ParseNoEffect, Kind: Parse,
		Tamil:   "இது எதையும் செய்யாது: மதிப்பு தனியாக ஒரு கூற்று ஆகாது",
		English: "this does nothing: a value alone is not a statement",
		Wrong:   "a = [1];\na[0];\n", Right: "a = [1];\nஅச்சு a[0];\n",
		ExplainTamil:   "தனியாக நிற்கக்கூடிய மதிப்பு ஓர் அழைப்பு மட்டுமே: f(); r.f(1); அல்லது காத்திரு t;",
		ExplainEnglish: "Only calls may stand alone: f(); r.f(1); and what starts or awaits a task.",
	},
	{
		Code: ParseTarget, Kind: Parse,
		Tamil:   "இதில் மதிப்பை வைக்க முடியாது",
		English: "nothing can be stored in this",
		Wrong:   "செயல் f() { திரும்பு [1]; }\nf()[0] = 2;\n", Right: "செயல் f() { திரும்பு [1]; }\na = f();\na[0] = 2;\n",
		ExplainTamil:   "'=' க்கு இடப்புறம் ஒரு பெயர், அல்லது பெயரின் [இடம்] .புலம் மட்டுமே வரலாம்.",
		ExplainEnglish: "Left of '=' stands a name, or places [i] and fields .f of a name, to any depth, without a call.",
	},
	{
		Code: ParseEmptyStatement, Kind: Parse,
		Tamil:   "இங்கே ஒரு கூற்று வேண்டும்; ';' மட்டும் உள்ளது",
		English: "expected a statement, found only ';'",
		Wrong:   "அச்சு 1;;\n", Right: "அச்சு 1;\n",
	},
	{
		Code: ParseEmptyPattern, Kind: Parse,
		Tamil:   "எந்தப் புலம் என்று சொல்லப்படவில்லை",
		English: "no field is named here",
		Wrong:   "e = {a: 1};\n{} = e;\n", Right: "e = {a: 1};\n{a} = e;\n",
	},
	{
		Code: ParseNothingCalled, Kind: Parse,
		Tamil:   "{0} க்குப் பின் ஓர் அழைப்பு வேண்டும்",
		English: "nothing is called after {0}",
		Wrong:   "செயல் y() { }\nx = தொடங்கு y;\n", Right: "செயல் y() { }\nx = தொடங்கு y();\n",
		ExplainTamil:   "தொடங்கு, பின்னணி ஆகியவை ஓர் அழைப்பையோ { } ஐயோ தொடங்கும்: தொடங்கு f(x), தொடங்கு { … }.",
		ExplainEnglish: "தொடங்கு and பின்னணி start a call or a block: தொடங்கு f(x), தொடங்கு { … }.",
	},
	{
		Code: ParseTryAlone, Kind: Parse,
		Tamil:   "முயல் க்குப் பின் பிழை அல்லது இறுதியில் வேண்டும்",
		English: "a try needs பிழை (_catch) or இறுதியில் (_finally)",
		Wrong:   "முயல் { அச்சு 1; }\n", Right: "முயல் { அச்சு 1; } பிழை(e) { அச்சு e; }\n",
		ExplainTamil:   "பிழை அல்லது இறுதியில், முயல் இன் } க்கு உடனே பின் வர வேண்டும்; இடையில் ';' கூடாது.",
		ExplainEnglish: "பிழை or இறுதியில் must come directly after the block, without a ';' between.",
	},
	{
		Code: ParseChain, Kind: Parse,
		Tamil:   "தொடர் ஒப்பீட்டின் நடுவில் பெயரோ எளிய மதிப்போ வேண்டும்; ஒரு மாறியில் வைத்துப் பயன்படுத்துக",
		English: "the middle of a chain of comparisons must be a name or a plain value; use a variable",
		Wrong:   "செயல் f() { திரும்பு 2; }\nஅச்சு 1 < f() < 3;\n", Right: "செயல் f() { திரும்பு 2; }\nx = f();\nஅச்சு 1 < x < 3;\n",
		ExplainTamil:   "a < b < c என்பது a < b மற்றும் b < c. b இரு முறை வருவதால் அது ஒரு பெயர், எண், உரை, அல்லது அவற்றின் புலமாக இருக்க வேண்டும்.",
		ExplainEnglish: "a < b < c means a < b and b < c. As b is used twice it must be a name, a literal, or fields and places of such.",
	},
	{
		Code: ParseDeep, Kind: Parse,
		Tamil:          "இது மிக ஆழமாக அடுக்கப்பட்டுள்ளது",
		English:        "this is nested too deeply",
		ExplainTamil:   "1,000 அடுக்குகள் வரை, ஒரு மதிப்பில் 10,000 குறிகள் வரை எழுதலாம். மாறிகளிலும் செயல்களிலும் பிரித்து எழுதுக.",
		ExplainEnglish: "Brackets, blocks and functions may be nested 1,000 deep, and a value may join 10,000 operators. Split it up with variables and functions.",
	},
	{
		Code: ParseShapePlace, Kind: Parse,
		Tamil:   "வடிவம் கோப்பின் மேல்மட்டத்தில் மட்டுமே வரலாம்",
		English: "a shape may stand only at the top level of a file",
		Wrong:   "செயல் f() { வடிவம் S { எண் a } }\n", Right: "வடிவம் S { எண் a }\nசெயல் f() { }\n",
	},
	{
		Code: ParseTestPlace, Kind: Parse,
		Tamil:   "சோதனை மேல்மட்டத்திலோ வேறொரு சோதனைக்குள்ளோ மட்டுமே வரலாம்",
		English: "a test may stand only at the top level or in another test",
		Wrong:   "செயல் f() { சோதனை \"a\" { } }\n", Right: "சோதனை \"f\" { சோதனை \"a\" { } }\n",
	},
	{
		Code: ParseDefaultOrder, Kind: Parse,
		Tamil:   "{0} க்கும் இயல்பு மதிப்பு வேண்டும்: முந்தைய அளவுருவுக்கு உள்ளது",
		English: "{0} needs a default too, as a parameter before it has one",
		Wrong:   "செயல் f(a = 1, b) { }\n", Right: "செயல் f(b, a = 1) { }\n",
	},
	{
		Code: ParseType, Kind: Parse,
		Tamil:   "இங்கே ஒரு வகை வேண்டும்; {0} உள்ளது",
		English: "expected a type, found {0}",
		Wrong:   "அணி<5> a = [];\n", Right: "அணி<எண்> a = [];\n",
	},
	{
		Code: ParseUnclosed, Kind: Parse,
		Tamil:   "'{0}' மூடப்படவில்லை; '{1}' வேண்டும், கோப்பு முடிந்துவிட்டது",
		English: "'{0}' is never closed: expected '{1}', but the input ended",
		Wrong:   "செயல் f() {\n  அச்சு 1;\n", Right: "செயல் f() {\n  அச்சு 1;\n}\n",
	},
	{
		Code: ParseArrow, Kind: Parse,
		Tamil:   "இங்கே '=>' வேண்டும்; {0} உள்ளது",
		English: "expected '=>', found {0}",
		Wrong:   "செயல் f() { }\nதேர்ந்தெடு { x = f() { } }\n", Right: "செயல் f() { }\nதேர்ந்தெடு { x = f() => { } }\n",
	},
	{
		Code: ParseRule, Kind: Parse,
		Tamil:   "இங்கே ஒரு விதி வேண்டும் (1..80, \"பாங்கு\", பெயர்); {0} உள்ளது",
		English: "expected a rule (1..80, \"pattern\", a name), found {0}",
		Wrong:   "வடிவம் S { எண் a விதி , }\n", Right: "வடிவம் S { எண் a விதி 1..9, }\n",
	},
	{
		Code: ParsePattern, Kind: Parse,
		Tamil:   "பிரித்து வைக்க ஒரு பெயர், [ அல்லது { வேண்டும்; {0} உள்ளது",
		English: "expected a name, [ or { to take apart into, found {0}",
		Wrong:   "[a, 5] = [1, 2];\n", Right: "[a, b] = [1, 2];\n",
	},
	{
		Code: ParseHole, Kind: Parse,
		Tamil:   "f-உரையில் மதிப்புக்குப் பின் '}' அல்லது ':' வேண்டும்; {0} உள்ளது",
		English: "expected '}' or ':' after the value in an f-string, found {0}",
		Wrong:   "a = 1;\nஅச்சு f\"{a a}\";\n", Right: "a = 1;\nஅச்சு f\"{a} {a}\";\n",
	},
	{
		Code: ParseCondFirst, Kind: Parse,
		Tamil:   "{0} நிபந்தனைக்குப் பின் வரும்: (…) {0} { … }",
		English: "{0} comes after its condition: (…) {0} { … }",
		Wrong:   "எனில் (1 == 1) { அச்சு 1; }\n", Right: "(1 == 1) எனில் { அச்சு 1; }\n",
		ExplainTamil:   "நிபந்தனை முதலில் வரும்: (x > 1) எனில் { }, (x > 1) சுற்று { }.",
		ExplainEnglish: "The condition comes first: (x > 1) எனில் { }, (x > 1) சுற்று { }.",
	},
	{
		Code: ParseCatchAlone, Kind: Parse,
		Tamil:   "{0} எந்த எனில் உடனும் சேரவில்லை",
		English: "{0} belongs to no எனில் (_if)",
		Wrong:   "(1) எனில் { }; இன்றேல் { }\n", Right: "(1) எனில் { } இன்றேல் { }\n",
		ExplainTamil:   "இன்றேல், எனில் இன் } க்கு உடனே பின் வர வேண்டும்; இடையில் ';' கூடாது.",
		ExplainEnglish: "இன்றேல் must come directly after the block of its எனில், without a ';' between.",
	},
	{
		Code: ParseWord, Kind: Parse,
		Tamil:   "இங்கே ஒரு சொல் வேண்டும்; {0} உள்ளது",
		English: "expected a word, found {0}",
		Wrong:   "வழி 5, \"/\" { }\n", Right: "வழி பெறு, \"/\" { }\n",
		ExplainTamil:   "வழி க்குப் பின் பெறு, பதி, இடு, அழி … ; தளம்_இணை க்குப் பின் சீகுலைட் போன்ற தரவுதளச் சொல் வரும்.",
		ExplainEnglish: "வழி is followed by a method (பெறு, பதி, இடு, அழி …), தளம்_இணை by a database's word (சீகுலைட் …).",
	},
	{
		Code: ParseFrom, Kind: Parse,
		Tamil:   "இங்கே இதனில் வேண்டும்; {0} உள்ளது",
		English: "expected இதனில் (iqaZil, _from), found {0}",
		Wrong:   "தேர்வெடு a;\n", Right: "தேர்வெடு a இதனில் t;\n",
	},
	{
		Code: ParseReservedField, Kind: Parse,
		Tamil:   "{0} என்பது மொழியின் சொல்; புலத்தின் பெயராக அறிவிக்க \"{1}\" என மேற்கோளில் எழுதுக",
		English: "{0} is a word of the language; to declare a field of that name write \"{1}\"",
		Wrong:   "வடிவம் S { எண் வரிசை, }\n", Right: "வடிவம் S { எண் \"வரிசை\", }\n",
	},
}
