package diag

// Mistakes that internal/check finds.
const (
	TypeVariable Code = "T001" // a variable gets another type than it declares
	TypeArgument Code = "T002" // an argument likewise
	TypeResult   Code = "T003" // a returned value likewise
	TypeArgCount Code = "T004" // too many or too few arguments
	TypeUnknown  Code = "T005" // no such type

	NameUndefined    Code = "N001" // nothing defines a variable
	FuncUndefined    Code = "N002" // nothing defines a function
	ConstAssigned    Code = "N003" // a constant is assigned
	FuncTwoModules   Code = "N004" // two modules define one function
	ImportMissing    Code = "N005" // no such file
	ImportUnreadable Code = "N006" // a file that can't be read
	ImportNested     Code = "N007" // an import inside a block
	ModuleNoName     Code = "N008" // a module has no such name
	ModulePrivate    Code = "N009" // a module keeps the name to itself
	ModuleValue      Code = "N010" // a module stands where a value must
	ModuleAssigned   Code = "N011" // a module is assigned
	NameTwice        Code = "N012" // two modules are given one name
	HandleNoMember   Code = "N013" // server.onn
	RoutePath        Code = "N014" // a path that can't be one
	ParallelSpread   Code = "N016" // .. in இணையாக

	ShapeFieldMissing Code = "S001"
	ShapeNoField      Code = "S002"
	ShapeFieldType    Code = "S003"
	ShapeTwice        Code = "S004"
	ShapeMemberTwice  Code = "S005"
	ShapeNoMember     Code = "S006"
	ShapeSpread       Code = "S007"
	ShapeRule         Code = "S008"

	WarnLookAlike     Code = "W001"
	WarnFrozen        Code = "W002"
	WarnParamTwice    Code = "W003"
	WarnReturnOutside Code = "W004"
	WarnSQLDriver     Code = "W005"
	WarnTextAdded     Code = "W006"

	SQLRefused Code = "D001" // by the database, with check --db
	SQLCount   Code = "D002" // the number of parameters
	SQLName    Code = "D003" // a parameter without a value
	SQLType    Code = "D004" // a parameter that its type doesn't take
)

// What programs of the rows about imports import.
var (
	base  = File{"அடிப்படை.qmz", "செயல் கூட்டு(a, b) { திரும்பு a + b; }\n_மறைவு = 1;\nஎண்ணிக்கை = 2;\n"}
	other = File{"வேறு.qmz", "செயல் கூட்டு(a, b) { திரும்பு b + a; }\n"}
)

var checkRows = []Row{
	// ---- Types ----
	{
		Code: TypeVariable, Kind: Type,
		Tamil:   "'{0}' {1} என அறிவிக்கப்பட்டது, ஆனால் {2} வழங்கப்பட்டது",
		English: "'{0}' is declared {1}, but was given {2}",
		Wrong:   "எண் விலை = \"பத்து\";\nஅச்சு விலை;\n", Right: "எண் விலை = 10;\nஅச்சு விலை;\n",
		ExplainTamil:   "வகையுடன் அறிவித்த பெயர் அந்த வகையை மட்டுமே ஏற்கும். சொல், தேதி ஆகியவை எண்ணையும் ஏற்கும். மதிப்பு இல்லாத அறிவிப்பு 0 என்னும் எண்ணைத் தரும்.",
		ExplainEnglish: "A name that is declared with a type takes only that type, from then on. Text and dates take numbers too. A declaration without a value gives the number 0, whatever the type.",
	},
	{
		Code: TypeArgument, Kind: Type,
		Tamil:   "'{0}' இன் '{1}' {2} என அறிவிக்கப்பட்டது, ஆனால் {3} வழங்கப்பட்டது",
		English: "'{1}' of '{0}' is declared {2}, but was given {3}",
		Wrong:   "செயல் இரட்டி(எண் x) { திரும்பு x * 2; }\nஅச்சு இரட்டி(\"ஐந்து\");\n",
		Right:   "செயல் இரட்டி(எண் x) { திரும்பு x * 2; }\nஅச்சு இரட்டி(5);\n",
	},
	{
		Code: TypeResult, Kind: Type,
		Tamil:   "'{0}' {1} தரும் என அறிவிக்கப்பட்டது, ஆனால் {2} திருப்பப்படுகிறது",
		English: "'{0}' is declared to return {1}, but returns {2}",
		Wrong:   "செயல் விலை() எண் { திரும்பு \"பத்து\"; }\nஅச்சு விலை();\n",
		Right:   "செயல் விலை() எண் { திரும்பு 10; }\nஅச்சு விலை();\n",
	},
	{
		Code: TypeArgCount, Kind: Type,
		Tamil:          "செயல் '{0}' க்கு {1} அளவுரு வேண்டும்; {2} தரப்பட்டது",
		English:        "function '{0}' expects {1} argument(s), got {2}",
		Wrong:          "செயல் கூட்டல்(a, b) { திரும்பு a + b; }\nஅச்சு கூட்டல்(1);\n",
		Right:          "செயல் கூட்டல்(a, b) { திரும்பு a + b; }\nஅச்சு கூட்டல்(1, 2);\n",
		ExplainTamil:   "`etamil run` இதை எச்சரிக்கையாக மட்டும் சொல்லும்; அந்த அழைப்புக்கு வந்தால்தான் நிரல் நிற்கும்.",
		ExplainEnglish: "`etamil run` only warns of it; the program then stops when the call is reached.",
	},
	{
		Code: TypeUnknown, Kind: Type,
		Tamil:          "'{0}' என்ற வகையோ வடிவமோ இல்லை",
		English:        "there is no type or shape '{0}'",
		Wrong:          "வடிவம் பயனர் { சொல் பெயர் }\nபயனார் ப = பயனர்{பெயர்: \"கண்ணன்\"};\n",
		Right:          "வடிவம் பயனர் { சொல் பெயர் }\nபயனர் ப = பயனர்{பெயர்: \"கண்ணன்\"};\n",
		ExplainTamil:   "இரண்டு பெயர்கள் அடுத்தடுத்து வந்தால் முதலாவது ஒரு வகை. வகைகள்: எண், பின்னம், சொல், உரை, ஈர்ம, அணி, பொருள், தரவு, தேதி, செயல், மேலும் நிரலின் வடிவங்கள்.",
		ExplainEnglish: "Where two names stand side by side the first is a type: எண், பின்னம், சொல், உரை, ஈர்ம, அணி, பொருள், தரவு, தேதி, செயல், or a shape of the program.",
	},

	// ---- Names ----
	{
		Code: NameUndefined, Kind: Type,
		Tamil:   "அறிவிக்கப்படாத மாறி '{0}'",
		English: "undefined variable '{0}'",
		Wrong:   "விலை = 10;\nஅச்சு விலயை;\n", Right: "விலை = 10;\nஅச்சு விலை;\n",
		ExplainTamil:   "இந்த இடத்துக்கு வரும் எந்த வழியிலும் இந்தப் பெயருக்கு மதிப்பு தரப்படவில்லை. `etamil run` எச்சரித்துவிட்டுத் தொடரும்; அந்த இடத்துக்கு வந்தால் நிரல் நிற்கும். ஒரு செயல் தன்னுள் வைக்கும் மதிப்பு வெளியே தெரியாது.",
		ExplainEnglish: "No path that leads here gives this name a value. `etamil run` warns and goes on; the program stops when the place is reached. What a function assigns is its own and is not seen outside it.",
	},
	{
		Code: FuncUndefined, Kind: Type,
		Tamil:   "அறியப்படாத செயல் '{0}'",
		English: "unknown function '{0}'",
		Wrong:   "அச்சு நீளமம்(\"வணக்கம்\");\n", Right: "அச்சு நீளம்(\"வணக்கம்\");\n",
		ExplainTamil:   "இந்தப் பெயரில் செயலோ, உள்ளமைந்த செயலோ, வடிவமோ, மாறியோ இல்லை. `etamil run` எச்சரித்துவிட்டுத் தொடரும்.",
		ExplainEnglish: "No function, builtin, shape or variable has this name. `etamil run` warns and goes on.",
	},
	{
		Code: ConstAssigned, Kind: Type,
		Tamil:          "'{0}' ஒரு நிலை; அதை மாற்ற முடியாது",
		English:        "'{0}' is a constant and cannot be changed",
		Wrong:          "நிலை வரி_வீதம் = 18%;\nவரி_வீதம் = 12%;\nஅச்சு வரி_வீதம்;\n",
		Right:          "வரி_வீதம் = 18%;\nவரி_வீதம் = 12%;\nஅச்சு வரி_வீதம்;\n",
		ExplainTamil:   "நிலைக்கு மறுபடி மதிப்பு தர, அதன் உறுப்பை மாற்ற, சுற்று மாறியாக்க, அதில் எதையும் படிக்க முடியாது. ஒரு செயலுக்குள் அதே பெயரில் வேறு மாறி இருக்கலாம். வடிவத்தின் செயலில் இது ஒரு நிலை.",
		ExplainEnglish: "A constant can't be assigned again, nor one of its items or fields; it can't be a loop variable nor be read into. A function may have a variable of its own of that name. In a method இது is a constant.",
	},
	{
		Code: FuncTwoModules, Kind: Type,
		Tamil:          "'{0}' என்ற செயலை இரண்டு கோப்புகள் வரையறுக்கின்றன: '{1}', '{2}'",
		English:        "two files define the function '{0}': '{1}' and '{2}'",
		Beside:         []File{base, other},
		Wrong:          "இறக்கு \"அடிப்படை.qmz\";\nஇறக்கு \"வேறு.qmz\";\nஅச்சு கூட்டு(1, 2);\n",
		Right:          "இறக்கு \"அடிப்படை.qmz\";\nஇறக்கு \"வேறு.qmz\" என வேறு;\nஅச்சு கூட்டு(1, 2);\nஅச்சு வேறு.கூட்டு(1, 2);\n",
		ExplainTamil:   "இறக்கிய இரண்டு கோப்புகள் ஒரே பெயரில் செயல் வரையறுத்தால் எது என்று தெரியாது. ஒன்றைப் பெயருடன் இறக்குக: இறக்கு \"a.qmz\" என a; பிறகு a.செயல்(). நிரலே அந்தப் பெயரில் ஒரு செயல் வரையறுத்தால் அதுவே பொருந்தும்.",
		ExplainEnglish: "When two imported files define a function of one name, nobody can tell which is meant. Import one of them with a name: இறக்கு \"a.qmz\" என a; then a.f(). A function of that name in the program itself wins over both.",
	},
	{
		Code: ImportMissing, Kind: Type,
		Tamil:   "இறக்க வேண்டிய கோப்பு '{0}' இல்லை",
		English: "there is no file '{0}' to import",
		Wrong:   "இறக்கு \"இல்லாதது.qmz\";\nஅச்சு 1;\n", Right: "அச்சு 1;\n",
		ExplainTamil:   "தேடும் இடங்கள்: இறக்கும் கோப்பின் கோப்பகம், ETAMIL_PATH இல் உள்ளவை, etamil நிரலின் கோப்பகம், /usr/share/etamil, /usr/local/share/etamil, etamil உடன் வரும் நூலகம்.",
		ExplainEnglish: "It is looked for in the importing file's directory, those of ETAMIL_PATH, that of the etamil command, /usr/share/etamil, /usr/local/share/etamil, and the library that comes with etamil.",
	},
	{
		Code: ImportUnreadable, Kind: Type,
		Tamil:          "'{0}' ஐ இறக்க முடியவில்லை: {1}",
		English:        "cannot import '{0}': {1}",
		Beside:         []File{{"படம்.png", "\x89PNG\r\n"}},
		Wrong:          "இறக்கு \"படம்.png\";\nஅச்சு 1;\n",
		Right:          "அச்சு 1;\n",
		ExplainTamil:   "நிரல் கோப்பு UTF-8 உரையாகவும் 16 MiB க்கு மிகாமலும் இருக்க வேண்டும்.",
		ExplainEnglish: "A source file must be UTF-8 text of no more than 16 MiB that may be read.",
	},
	{
		Code: ImportNested, Kind: Type,
		Tamil:   "இறக்கு கோப்பின் மேல்மட்டத்தில் மட்டுமே வரலாம்",
		English: "an import may stand only at the top level of a file",
		Wrong:   "(மெய்) எனில் { இறக்கு \"col.qmz\"; }\n", Right: "(மெய்) எனில் { அச்சு 1; }\n",
	},
	{
		Code: ModuleNoName, Kind: Type,
		Tamil:          "'{0}' இல் '{1}' என்ற பெயர் இல்லை",
		English:        "'{0}' has no name '{1}'",
		Beside:         []File{base},
		Wrong:          "இறக்கு \"அடிப்படை.qmz\" என அடிப்படை;\nஅச்சு அடிப்படை.கழி(3, 2);\n",
		Right:          "இறக்கு \"அடிப்படை.qmz\" என அடிப்படை;\nஅச்சு அடிப்படை.கூட்டு(3, 2);\n",
		ExplainTamil:   "பெயருடன் இறக்கிய கோப்பின் மேல்மட்டச் செயல்கள், மாறிகள், வடிவங்கள் மட்டுமே புள்ளிக்குப் பின் வரலாம்.",
		ExplainEnglish: "Only the functions, variables and shapes of the imported file's top level can follow the dot.",
	},
	{
		Code: ModulePrivate, Kind: Type,
		Tamil:          "'{0}' என்பது '{1}' க்கு உள்ளேயே இருக்கும் பெயர்",
		English:        "'{0}' is private to '{1}'",
		Beside:         []File{base},
		Wrong:          "இறக்கு \"அடிப்படை.qmz\" என அடிப்படை;\nஅச்சு அடிப்படை._மறைவு;\n",
		Right:          "இறக்கு \"அடிப்படை.qmz\" என அடிப்படை;\nஅச்சு அடிப்படை.எண்ணிக்கை;\n",
		ExplainTamil:   "_ இல் தொடங்கும் பெயர்கள் அவற்றின் கோப்புக்கு வெளியே தெரியாது.",
		ExplainEnglish: "Names that begin with _ are not seen outside their file.",
	},
	{
		Code: ModuleValue, Kind: Type,
		Tamil:          "'{0}' இறக்கிய ஒரு கோப்பு; '{0}.பெயர்' என எழுதுக",
		English:        "'{0}' is an imported file; write '{0}.name'",
		Beside:         []File{base},
		Wrong:          "இறக்கு \"அடிப்படை.qmz\" என அடிப்படை;\nஅச்சு அடிப்படை;\n",
		Right:          "இறக்கு \"அடிப்படை.qmz\" என அடிப்படை;\nஅச்சு அடிப்படை.எண்ணிக்கை;\n",
		ExplainTamil:   "பெயருடன் இறக்கிய கோப்பு ஒரு மதிப்பு அல்ல: அதை மாறியில் வைக்கவோ, அழைக்கவோ, அச்சிடவோ முடியாது.",
		ExplainEnglish: "A file that is imported with a name is no value: it can't be stored, called or printed.",
	},
	{
		Code: ModuleAssigned, Kind: Type,
		Tamil:          "'{0}' இறக்கிய ஒரு கோப்பு; அதை மாற்ற முடியாது",
		English:        "'{0}' is an imported file and cannot be changed",
		Beside:         []File{base},
		Wrong:          "இறக்கு \"அடிப்படை.qmz\" என அடிப்படை;\nஅடிப்படை.எண்ணிக்கை = 3;\n",
		Right:          "இறக்கு \"அடிப்படை.qmz\" என அடிப்படை;\nஎன்_எண்ணிக்கை = அடிப்படை.எண்ணிக்கை + 1;\nஅச்சு என்_எண்ணிக்கை;\n",
		ExplainTamil:   "பெயருடன் இறக்கிய கோப்பின் பெயரும் அதன் மாறிகளும் வெளியிலிருந்து மாற்ற முடியாதவை.",
		ExplainEnglish: "Neither the name of an imported file nor its variables can be changed from outside.",
	},
	{
		Code: NameTwice, Kind: Type,
		Tamil:          "'{0}' என்ற பெயர் ஏற்கெனவே வேறொரு கோப்புக்குத் தரப்பட்டது",
		English:        "the name '{0}' is given to another file already",
		Beside:         []File{base, other},
		Wrong:          "இறக்கு \"அடிப்படை.qmz\" என அடிப்படை;\nஇறக்கு \"வேறு.qmz\" என அடிப்படை;\nஅச்சு அடிப்படை.கூட்டு(1, 2);\n",
		Right:          "இறக்கு \"அடிப்படை.qmz\" என அடிப்படை;\nஇறக்கு \"வேறு.qmz\" என வேறு;\nஅச்சு அடிப்படை.கூட்டு(1, 2) + வேறு.கூட்டு(1, 2);\n",
		ExplainTamil:   "இறக்கும் ஒவ்வொரு கோப்புக்கும் தனிப் பெயர் வேண்டும்.",
		ExplainEnglish: "Each imported file needs a name of its own.",
	},
	{
		Code: HandleNoMember, Kind: Type,
		Tamil:   "'{0}' க்கு '{1}' என்ற உறுப்பு இல்லை",
		English: "'{0}' has no member '{1}'",
		Wrong:   "server.onn(\"GET\", \"/\", செயல்(request) { திரும்பு \"வணக்கம்\"; });\n",
		Right:   "server.on(\"GET\", \"/\", செயல்(request) { திரும்பு \"வணக்கம்\"; });\n",
	},
	{
		Code: RoutePath, Kind: Type,
		Tamil:          "பாதை '{0}' தவறு: {1}",
		English:        "the path '{0}' is wrong: {1}",
		Wrong:          "வழி பெறு, \"பொருள்/:id\" { பதில் 200, param_id; }\n",
		Right:          "வழி பெறு, \"/பொருள்/:id\" { பதில் 200, param_id; }\n",
		ExplainTamil:   "பாதை '/' இல் தொடங்கும்; ':பெயர்' ஒரு பகுதியையும், கடைசியில் வரும் '*பெயர்' மீதமுள்ள அனைத்தையும் குறிக்கும்; ':id<எண்>' எண்ணை மட்டும் ஏற்கும்.",
		ExplainEnglish: "A path begins with '/'; ':name' stands for one segment, '*name' as the last one for all that is left; ':id<எண்>' takes a number only. No name stands there twice.",
	},
	{
		Code: ParallelSpread, Kind: Type,
		Tamil:          "இணையாக [ ] இல் '..' இருக்க முடியாது",
		English:        "there can be no '..' in இணையாக [ ]",
		Wrong:          "xs = [1, 2];\n[அ, ஆ] = இணையாக [..xs];\nஅச்சு அ + ஆ;\n",
		Right:          "செயல் f(x) { திரும்பு x * 2; }\n[அ, ஆ] = இணையாக [f(1), f(2)];\nஅச்சு அ + ஆ;\n",
		ExplainTamil:   "எத்தனை பணிகள் எனத் தெரியாதபோது ஒவ்வொன்றையும் தொடங்கு ஆல் தொடங்கி, பிறகு ஒவ்வொன்றுக்கும் காத்திருக்கவும்.",
		ExplainEnglish: "Where the number of tasks is not known, start each with தொடங்கு and wait for each afterwards.",
	},
	// ---- Shapes ----
	{
		Code: ShapeFieldMissing, Kind: Type,
		Tamil:          "'{0}' வடிவத்துக்கு இவை தரப்படவில்லை: {1}",
		English:        "the shape '{0}' is not given: {1}",
		Wrong:          "வடிவம் பயனர் { சொல் பெயர், எண் வயது }\nஅச்சு பயனர்{பெயர்: \"கண்ணன்\"};\n",
		Right:          "வடிவம் பயனர் { சொல் பெயர், எண் வயது }\nஅச்சு பயனர்{பெயர்: \"கண்ணன்\", வயது: 30};\n",
		ExplainTamil:   "? இல்லாத, இயல்பு மதிப்பு இல்லாத ஒவ்வொரு புலமும் தரப்பட வேண்டும்; ..பழையது மீதியைத் தரும்.",
		ExplainEnglish: "Every field must be given that has neither ? nor a default; ..old gives the rest.",
	},
	{
		Code: ShapeNoField, Kind: Type,
		Tamil:   "'{0}' வடிவத்தில் '{1}' என்ற புலம் இல்லை",
		English: "the shape '{0}' has no field '{1}'",
		Wrong:   "வடிவம் பயனர் { சொல் பெயர் }\nஅச்சு பயனர்{பெயர்: \"கண்ணன்\", வயது: 30};\n",
		Right:   "வடிவம் பயனர் { சொல் பெயர் }\nஅச்சு பயனர்{பெயர்: \"கண்ணன்\"};\n",
	},
	{
		Code: ShapeFieldType, Kind: Type,
		Tamil:   "'{0}' வடிவத்தின் '{1}' {2} என அறிவிக்கப்பட்டது, ஆனால் {3} வழங்கப்பட்டது",
		English: "'{1}' of the shape '{0}' is declared {2}, but was given {3}",
		Wrong:   "வடிவம் பயனர் { எண் வயது }\nஅச்சு பயனர்{வயது: \"முப்பது\"};\n",
		Right:   "வடிவம் பயனர் { எண் வயது }\nஅச்சு பயனர்{வயது: 30};\n",
	},
	{
		Code: ShapeTwice, Kind: Type,
		Tamil:   "'{0}' என்ற வடிவம் இருமுறை அறிவிக்கப்பட்டது",
		English: "the shape '{0}' is declared twice",
		Wrong:   "வடிவம் ப { எண் a }\nவடிவம் ப { எண் b }\n",
		Right:   "வடிவம் ப { எண் a }\nவடிவம் பொ { எண் b }\n",
	},
	{
		Code: ShapeMemberTwice, Kind: Type,
		Tamil:   "'{0}' வடிவத்தில் '{1}' இருமுறை வருகிறது",
		English: "the shape '{0}' has '{1}' twice",
		Wrong:   "வடிவம் ப { எண் a, சொல் a }\n", Right: "வடிவம் ப { எண் a, சொல் b }\n",
	},
	{
		Code: ShapeNoMember, Kind: Type,
		Tamil:   "'{0}' வடிவத்தில் '{1}' என்ற புலமோ செயலோ இல்லை",
		English: "the shape '{0}' has no field or method '{1}'",
		Wrong:   "வடிவம் ப { எண் அளவு }\nப x = ப{அளவு: 1};\nஅச்சு x.அலவு;\n",
		Right:   "வடிவம் ப { எண் அளவு }\nப x = ப{அளவு: 1};\nஅச்சு x.அளவு;\n",
	},
	{
		Code: ShapeSpread, Kind: Type,
		Tamil:   "'{0}' ஒரு வடிவம் அல்ல; '..' வடிவத்துக்கு மட்டுமே",
		English: "'{0}' is not a shape; '..' is for shapes only",
		Wrong:   "r = {a: 1};\nஅச்சு விசைகள் {..r};\n", Right: "r = {a: 1};\nஅச்சு விசைகள்(r);\n",
	},
	{
		Code: ShapeRule, Kind: Type,
		Tamil:   "'{0}' வடிவத்தின் '{1}' க்கான விதி தவறு: {2}",
		English: "the rule for '{1}' of the shape '{0}' is wrong: {2}",
		Wrong:   "வடிவம் ப { எண் வயது விதி 120..18 }\n", Right: "வடிவம் ப { எண் வயது விதி 18..120 }\n",
		ExplainTamil:   "விதி என்பது ஒரு வரம்பு (18..120), ஒரு பாங்கு (\"[0-9]+\"), ஒரு பெயர் (மின்னஞ்சல், உரலி, அடையாளம், ஒன்று(\"a\", \"b\")), அல்லது நிரலின் ஒரு செயல்.",
		ExplainEnglish: "A rule is a range (18..120), a regular expression (\"[0-9]+\"), a name (email, url, uuid, date, oneof(\"a\", \"b\")), or a function of the program.",
	},

	// ---- Warnings ----
	{
		Code: WarnLookAlike, Kind: Type, Severity: Warning,
		Tamil:          "'{0}', '{1}' ஆகிய பெயர்கள் ஒன்றுபோல் தோன்றுகின்றன",
		English:        "the names '{0}' and '{1}' look alike",
		Wrong:          "கணக்கு = 1;\nகணக்௧ு = 2;\nஅச்சு கணக்கு + கணக்௧ு;\n",
		Right:          "கணக்கு = 1;\nகணக்கு_2 = 2;\nஅச்சு கணக்கு + கணக்கு_2;\n",
		ExplainTamil:   "வெவ்வேறு எழுத்துகளால் ஆன இரு பெயர்கள் திரையில் ஒன்றாகவே தோன்றும் (Latin a, Cyrillic а; க, ௧). ஒன்றின் பெயரை மாற்றுக.",
		ExplainEnglish: "Two names of different letters that look the same on a screen (Latin a and Cyrillic а; க and ௧). Rename one.",
	},
	{
		Code: WarnFrozen, Kind: Type, Severity: Warning,
		Tamil:          "'{0}' இன் மதிப்பு {1} தொடக்கத்தில் ஒரே முறை எடுக்கப்படும்; ஒவ்வொரு கோரிக்கைக்கும் அல்ல",
		English:        "'{0}' is taken from {1} once, when the server starts, and not for each request",
		Wrong:          "நாள் = இன்று();\nவழி பெறு, \"/\" { பதில் 200, நாள்; }\n",
		Right:          "வழி பெறு, \"/\" { நாள் = இன்று(); பதில் 200, நாள்; }\n",
		ExplainTamil:   "மேல்மட்டம் ஒரே முறை ஓடும். கோரிக்கைக்குக் கோரிக்கை மாற வேண்டிய மதிப்பை வழியின் உள்ளேயோ ஒரு செயலிலோ எடுக்கவும்.",
		ExplainEnglish: "The top level runs once. What must be fresh for each request is taken inside the route, or in a function.",
	},
	{
		Code: WarnParamTwice, Kind: Type, Severity: Warning,
		Tamil:   "'{0}' என்ற அளவுரு இருமுறை வருகிறது; கடைசியே பொருந்தும்",
		English: "the parameter '{0}' stands there twice; the last one counts",
		Wrong:   "செயல் f(a, a) { திரும்பு a; }\nஅச்சு f(1, 2);\n",
		Right:   "செயல் f(a, b) { திரும்பு a + b; }\nஅச்சு f(1, 2);\n",
	},
	{
		Code: WarnReturnOutside, Kind: Type, Severity: Warning,
		Tamil:   "திரும்பு ஒரு செயலுக்கு வெளியே உள்ளது; நிரல் இங்கு வந்தால் பிழையுடன் நிற்கும்",
		English: "return outside of a function: an error when it is reached",
		Wrong:   "அச்சு 1;\nதிரும்பு 5;\n", Right: "அச்சு 1;\nவெளியேறு(5);\n",
	},
	{
		Code: WarnSQLDriver, Kind: Type, Severity: Warning,
		Tamil:          "'{0}' {1} இல் மட்டுமே உள்ள SQL",
		English:        "'{0}' is SQL that only {1} takes",
		ExplainTamil:   "`etamil check` மட்டும் இதைச் சொல்லும், நிரல் எந்தத் தரவுதளத்துக்கு என்று எங்கும் சொல்லாதபோது. எல்லாவற்றிலும் ஓடும் SQL எழுதலாம், அல்லது தளம்_இணை, pool_create ஆகியவற்றால் தரவுதளத்தைப் பெயரிடலாம்.",
		ExplainEnglish: "Only `etamil check` says so, of a program that nowhere names the database it is for. Write SQL that all of them take, or name the database with தளம்_இணை or pool_create.",
	},
	{
		Code: WarnTextAdded, Kind: Type, Severity: Warning,
		Tamil:   "'+' எண்களையே கூட்டும்; எண்ணாகப் படிக்க முடியாத இந்த உரை 0 ஆகும்",
		English: "'+' adds numbers; this text is none and counts as 0",
		Wrong:   "அச்சு \"மொத்தம்: \" + 5;\n", Right: "அச்சு \"மொத்தம்: \" & 5;\n",
		ExplainTamil:   "உரைகளை '&' சேர்க்கும்; f\"மொத்தம்: {5}\" எனவும் எழுதலாம்.",
		ExplainEnglish: "'&' joins texts; f\"மொத்தம்: {5}\" does as well.",
	},

	// ---- SQL, held against a database ----
	{
		Code: SQLRefused, Kind: Type,
		Tamil:          "தரவுதளம் இந்த SQL ஐ ஏற்கவில்லை: {0}",
		English:        "the database refuses this SQL: {0}",
		ExplainTamil:   "`etamil check --db` நிரலில் உள்ள ஒவ்வொரு SQL ஐயும் அமைப்புகளின் தரவுதளத்தில் இயக்காமல் தயார்செய்கிறது: அட்டவணை, நெடுவரிசை, இலக்கணம். நிரலே பின்னர் ஆக்கும் அட்டவணைகளை முதலில் `etamil migrate up` ஆல் ஆக்குக.",
		ExplainEnglish: "`etamil check --db` prepares every literal SQL on the configured database, without running it: tables, columns, syntax. Tables that the program makes later are to be there first: `etamil migrate up`.",
	},
	{
		Code: SQLCount, Kind: Type,
		Tamil:          "இந்த SQL க்கு {0} மதிப்புகள் வேண்டும்; தரப்பட்டவை {1}",
		English:        "this SQL takes {0} parameters, not {1}",
		ExplainTamil:   "`etamil check --db` சொல்வது: தரவுதளம் SQL ஐத் தயார்செய்து, என்ன மதிப்புகள் வேண்டும் என்று தெரிவிக்கிறது.",
		ExplainEnglish: "Found by `etamil check --db`: the database prepares the SQL, and says which parameters it takes.",
	},
	{
		Code: SQLName, Kind: Type,
		Tamil:          "':{0}' க்கு மதிப்பு இல்லை",
		English:        "there is no value for :{0}",
		ExplainTamil:   "`etamil check --db` சொல்வது: தரவுதளம் SQL ஐத் தயார்செய்து, என்ன மதிப்புகள் வேண்டும் என்று தெரிவிக்கிறது.",
		ExplainEnglish: "Found by `etamil check --db`: the database prepares the SQL, and says which parameters it takes.",
	},
	{
		Code: SQLType, Kind: Type,
		Tamil:          "இந்த மதிப்பு {0} ஆக முடியாது: தரவுதளம் எதிர்பார்ப்பது அதுவே",
		English:        "this value can't be {0}, which is what the database expects",
		ExplainTamil:   "`etamil check --db` சொல்வது: தரவுதளம் SQL ஐத் தயார்செய்து, என்ன மதிப்புகள் வேண்டும் என்று தெரிவிக்கிறது.",
		ExplainEnglish: "Found by `etamil check --db`: the database prepares the SQL, and says which parameters it takes.",
	},
}
