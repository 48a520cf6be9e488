package syntax

import (
	"strings"
	"sync"
)

// Word is one word of the language with all its spellings. Every spelling means
// the same; a name keeps the spelling in which it was written.
type Word struct {
	Token     string // what it is called in the documentation: "Print"
	Tamil     string // "" if there is none
	Romanised string // spellings separated by |; the first follows the letter table
	English   string // spellings separated by |, also the seed's odd ones
	Class     Class
	Kind      Kind // of the token; of a Contextual word, what it can be
}

// Class says how far a word is taken.
type Class uint8

// The classes of word.
const (
	Vocabulary Class = iota // known to the dictionary, without any grammar: an ordinary name
	Freed                   // reserved in the existing implementation, an ordinary name here
	Contextual              // a keyword only where grammar.md 1.3 says so, else a name
	Reserved                // never a name, but may be a key
	Callable                // reserved, and names a builtin where "(" follows
	TypeWord                // reserved, names a type
)

// Spellings returns every spelling of the word, Tamil first.
func (w *Word) Spellings() []string {
	var all []string
	for _, s := range strings.Split(w.Tamil+"|"+w.Romanised+"|"+w.English, "|") {
		if s != "" {
			all = append(all, s)
		}
	}
	return all
}

// Words is the one table of words. Tests compare it with the word list of the
// existing implementation and check each romanisation against its Tamil.
var Words = []Word{
	// Core Financial & Accounting
	{"Credit", "வரவு", "varavu", "", Vocabulary, KindName},
	{"Debit", "பற்று", "paRRu", "", Vocabulary, KindName},
	{"Balance", "இருப்பு", "iruppu", "", Vocabulary, KindName},
	{"Rate", "வீதம்", "vIqam", "", Vocabulary, KindName},
	{"Asset", "சொத்து", "coqqu|soqqu", "", Vocabulary, KindName},
	{"Liability", "பொறுப்பு", "poRuppu", "", Vocabulary, KindName},
	{"Equity", "பங்கு", "pawku", "", Vocabulary, KindName},
	{"Revenue", "வருவாய்", "varuvAy", "", Vocabulary, KindName},
	{"Expense", "செலவு", "celavu", "", Vocabulary, KindName},
	{"Income", "வருமானம்", "varumAZam", "", Vocabulary, KindName},
	{"Profit", "பயன்", "payaZ", "", Vocabulary, KindName},
	{"Loss", "இழப்பு", "izappu", "", Vocabulary, KindName},
	{"Tax", "வரி", "vari", "", Vocabulary, KindName},
	{"Net", "நிகர", "nikara", "", Vocabulary, KindName},
	{"Gross", "மொத்த", "moqqa", "", Vocabulary, KindName},
	{"Interest", "வட்டி", "vatti", "", Vocabulary, KindName},
	{"Ledger", "பேரேடு", "pErEtu", "", Vocabulary, KindName},
	{"Journal", "பதிவு", "paqivu", "", Vocabulary, KindName},
	{"Loan", "கடன்", "kataZ", "", Vocabulary, KindName},
	{"Finance", "நிதி", "niqi", "", Vocabulary, KindName},
	{"Statement", "அறிக்கை", "aRikkY", "", Vocabulary, KindName},
	{"Valuation", "மதிப்பீடு", "maqippItu|matippIDu", "", Vocabulary, KindName},
	{"CreditCard", "கடன்_அட்டை", "kataZ_attY", "", Vocabulary, KindName},
	{"Cash", "பணம்", "paNam", "", Vocabulary, KindName},
	{"Bank", "வங்கி", "vawki", "", Vocabulary, KindName},
	{"Receivable", "பெறத்தக்க", "peRaqqakka", "", Vocabulary, KindName},
	{"Payable", "கொடுக்காத", "kotukkAqa", "", Vocabulary, KindName},
	{"Vendor", "விற்பனர்", "viRpaZar", "", Vocabulary, KindName},
	{"Customer", "வாங்குநர்", "vAwkunar", "", Vocabulary, KindName},
	{"Fixed", "நிலையான", "nilYyAZa", "", Vocabulary, KindName},
	{"Current", "நடப்பு", "natappu", "", Vocabulary, KindName},
	{"NonCurrent", "நடப்பிலில்லா", "natappilillA", "", Vocabulary, KindName},
	{"Address", "முகவரி", "mukavari", "", Vocabulary, KindName},
	{"Amount", "தொகை", "qokY|toqai", "", Vocabulary, KindName},
	{"Currency", "நாணயம்", "nANayam", "", Vocabulary, KindName},
	{"Transaction", "பரிவர்த்தனை", "parivarqqaZY|parivarttaZai", "", Vocabulary, KindName},
	{"Depreciation", "தேய்மானம்", "qEymAZam", "", Vocabulary, KindName},
	{"Amortization", "கடன்தீர்ப்பு", "kataZqIrppu|kataZ_qIrppu", "", Vocabulary, KindName},
	{"Appreciation", "மதிப்புயர்வு", "maqippuyarvu|matippuyarvu", "", Vocabulary, KindName},
	{"Capital", "மூலதனம்", "mUlaqaZam|mUlataZam", "", Vocabulary, KindName},
	{"TrialBalance", "இருப்பாய்வு", "iruppAyvu", "", Vocabulary, KindName},
	{"BalanceSheet", "இருப்புநிலை", "iruppunilY", "", Vocabulary, KindName},
	{"IncomeStatement", "வருமான_அறிக்கை", "varumAZa_aRikkY|varumAZ_aRikkY", "", Vocabulary, KindName},
	{"CashFlow", "பணப்புழக்கம்", "paNappuzakkam", "", Vocabulary, KindName},
	{"IncomeTax", "வருமான_வரி", "varumAZa_vari|varumAZ_vari", "", Vocabulary, KindName},
	{"GST", "வணிகவரி", "vaNikavari", "_GST", Vocabulary, KindName},
	{"ITR", "வரியறிக்கை", "variyaRikkY", "_ITR", Vocabulary, KindName},

	// Transactions & Documents
	{"Sales", "விற்பனை", "viRpaZY", "", Vocabulary, KindName},
	{"Purchase", "கொள்முதல்", "koLmuqal", "", Vocabulary, KindName},
	{"Invoice", "விலைப்பட்டியல்", "vilYppattiyal", "", Vocabulary, KindName},
	{"Receipt", "ரசீது", "racIqu", "", Vocabulary, KindName},
	{"Cheque", "காசோலை", "kAcOlY", "", Vocabulary, KindName},
	{"Contract", "ஒப்பந்தம்", "oppanqam", "", Vocabulary, KindName},
	{"Goods", "சரக்கு", "carakku", "", Vocabulary, KindName},
	{"Inventory", "சரக்கிருப்பு", "carakkiruppu", "", Vocabulary, KindName},

	// Money Movement
	{"Deposit", "வைப்பு", "vYppu", "", Vocabulary, KindName},
	{"Withdrawal", "எடுப்பு", "etuppu", "", Vocabulary, KindName},
	{"Transfer", "பரிமாற்றம்", "parimARRam", "", Vocabulary, KindName},
	{"Advance", "முன்பணம்", "muZpaNam", "", Vocabulary, KindName},
	{"Outstanding", "நிலுவை", "niluvY", "", Vocabulary, KindName},
	{"Installment", "தவணை", "qavaNY", "", Vocabulary, KindName},
	{"Principal", "அசல்", "acal", "", Vocabulary, KindName},

	// Income & Costs
	{"Salary", "ஊதியம்", "Uqiyam", "", Vocabulary, KindName},
	{"Rent", "வாடகை", "vAtakY", "", Vocabulary, KindName},
	{"Fee", "கட்டணம்", "kattaNam", "", Vocabulary, KindName},
	{"Discount", "தள்ளுபடி", "qaLLupati", "", Vocabulary, KindName},
	{"Penalty", "அபராதம்", "aparAqam", "", Vocabulary, KindName},
	{"Insurance", "காப்பீடு", "kAppItu", "", Vocabulary, KindName},
	{"Dividend", "ஈவுத்தொகை", "IvuqqokY", "", Vocabulary, KindName},
	{"Investment", "முதலீடு", "muqalItu", "", Vocabulary, KindName},
	{"Price", "விலை", "vilY", "", Vocabulary, KindName},

	// Accounts, Reporting & Audit
	{"Account", "கணக்கு", "kaNakku", "", Vocabulary, KindName},
	{"Audit", "தணிக்கை", "qaNikkY", "", Vocabulary, KindName},
	{"FiscalYear", "நிதியாண்டு", "niqiyANtu", "", Vocabulary, KindName},
	{"Quarter", "காலாண்டு", "kAlANtu", "", Vocabulary, KindName},
	{"Shareholder", "பங்குதாரர்", "pawkuqArar", "", Vocabulary, KindName},
	{"Budget", "நிதித்திட்டம்", "niqiqqittam", "", Vocabulary, KindName},

	// Indian Taxation
	{"TDS", "வரிப்பிடித்தம்", "varippitiqqam", "_TDS", Vocabulary, KindName},
	{"InputTaxCredit", "உள்ளீட்டுவரி", "uLLIttuvari", "_ITC", Vocabulary, KindName},
	{"Deduction", "விலக்கு", "vilakku", "", Vocabulary, KindName},
	{"Exemption", "விதிவிலக்கு", "viqivilakku", "", Vocabulary, KindName},
	{"Slab", "அடுக்கு", "atukku", "", Vocabulary, KindName},
	{"CustomsDuty", "சுங்கவரி", "cuwkavari", "", Vocabulary, KindName},
	{"ExciseDuty", "கலால்வரி", "kalAlvari", "", Vocabulary, KindName},
	{"StampDuty", "முத்திரைத்தீர்வை", "muqqirYqqIrvY", "", Vocabulary, KindName},
	{"AssessmentYear", "மதிப்பீட்டாண்டு", "maqippIttANtu", "", Vocabulary, KindName},

	// Variables & Data Types
	{"IntegerType", "எண்", "eN", "_int", TypeWord, KindType},
	{"FloatType", "பின்னம்", "piZZam", "_float", TypeWord, KindType},
	{"StringType", "சொல்", "col", "_string", TypeWord, KindType},
	{"BoolType", "ஈர்ம", "Irma", "_bool", TypeWord, KindType},
	{"TextType", "உரை", "urY", "_text", TypeWord, KindType},
	{"ArrayType", "அணி", "aNi", "_array", TypeWord, KindType},
	{"DataType", "தரவு", "qaravu", "_data", TypeWord, KindType},
	{"ObjectType", "பொருள்", "poruL", "_object", TypeWord, KindType},
	{"DateType", "தேதி", "qEqi", "_date", TypeWord, KindType},
	{"True", "மெய்", "mey", "_true", Reserved, KindTrue},
	{"False", "பொய்", "poy", "_false", Reserved, KindFalse},
	{"Null", "இன்மை", "iZmY", "_null", Reserved, KindNull},
	{"Let", "மாறி", "mARi", "", Vocabulary, KindName},
	{"Const", "நிலை", "nilY", "_const", Contextual, KindConst},

	// Control Flow
	{"If", "எனில்", "eZil", "_if", Reserved, KindIf},
	{"Else", "இன்றேல்", "iZREl", "_else", Reserved, KindElse},
	{"Loop", "சுற்று", "cuRRu", "_loop", Reserved, KindLoop},
	{"Print", "அச்சு", "accu", "_print", Reserved, KindPrint},
	{"Input", "உள்ளிடு", "uLLitu", "_input", Reserved, KindInput},

	// Functions
	{"Function", "செயல்", "ceyal", "_fn", Reserved, KindFunction},
	{"Return", "திரும்பு", "qirumpu", "_return", Reserved, KindReturn},

	// Iteration
	{"ForEach", "ஒவ்வொரு", "ovvoru", "_each", Reserved, KindForEach},
	{"In", "இல்", "il", "_in", Reserved, KindIn},

	// Modules
	{"Import", "இறக்கு", "iRakku", "_import", Reserved, KindImport},

	// File I/O Operations
	{"File", "கோப்பு", "kOppu", "_file", Reserved, KindReserved},
	{"CSV", "தரவுரை", "qaravurY", "_CSV", Reserved, KindReserved},
	{"Read", "படி", "pati", "_read", Reserved, KindReserved},
	{"Write", "எழுது", "ezuqu", "_write", Reserved, KindReserved},
	{"Open", "திற", "qiRa", "_open", Reserved, KindReserved},
	{"Close", "மூடு", "mUtu", "_close", Reserved, KindReserved},
	{"FileOpen", "கோப்பு_திற", "kOppu_qiRa", "_fileOpen", Reserved, KindFileOpen},
	{"FileClose", "கோப்பு_மூடு", "kOppu_mUtu", "_fileClose", Reserved, KindFileClose},
	{"FileRead", "கோப்பு_படி", "kOppu_pati", "_fileRead", Reserved, KindFileRead},
	{"FileWrite", "கோப்பு_எழுது", "kOppu_ezuqu", "_fileWrite", Reserved, KindFileWrite},
	{"FileLines", "கோப்பு_நிரை", "kOppu_nirY", "_fileLines", Vocabulary, KindName},
	{"ReadCSV", "தரவுரை_படி", "qaravurY_pati", "_readCSV", Reserved, KindReadCSV},
	{"WriteCSV", "தரவுரை_எழுது", "qaravurY_ezuqu", "_writeCSV", Reserved, KindWriteCSV},

	// Database Connectivity Operations
	{"Database", "தரவுதளம்", "qaravuqaLam", "_database", Reserved, KindReserved},
	{"DBConnect", "தளம்_இணை", "qaLam_iNY", "_dbConnect", Reserved, KindDBConnect},
	{"DBDisconnect", "தளம்_பிரி", "qaLam_piri", "_dbDisconnect", Reserved, KindDBDisconnect},
	{"DBQuery", "தளம்_வினா", "qaLam_viZA", "_dbQuery", Reserved, KindDBQuery},
	{"DBExecute", "தளம்_செய்", "qaLam_cey", "_dbExecute", Reserved, KindDBExecute},
	{"DBSearch", "தளம்_தேடு", "qaLam_qEtu", "_dbSearch", Reserved, KindReserved},
	{"DBInsert", "தளம்_செருக", "qaLam_ceruka", "_dbInsert", Reserved, KindDBInsert},
	{"DBUpdate", "தளம்_புதுப்பி", "qaLam_puquppi", "_dbUpdate", Reserved, KindDBUpdate},
	{"DBDelete", "தளம்_நீக்கு", "qaLam_nIkku", "_dbDelete", Reserved, KindDBDelete},

	// Database Types
	{"SQL", "கவி_மொழி", "kavi_mozi", "_SQL", Reserved, KindReserved},
	{"NoSQL", "தேடு_மொழி", "qEtu_mozi", "_NoSQL", Reserved, KindReserved},
	{"SQLite", "சீகுலைட்", "cIkulYt", "_SQLite", Reserved, KindReserved},
	{"MySQL", "மைசீகுல்", "mYcIkul", "_MySQL", Reserved, KindReserved},
	{"PostgreSQL", "போச்குரசீகுல்", "pOckuracIkul", "_PostgreSQL", Reserved, KindReserved},
	{"MongoDB", "மாங்கோடிபி", "mAwkOtipi", "_MongoDB", Reserved, KindReserved},
	{"Redis", "ரெடிஸ்", "retis", "_Redis", Reserved, KindReserved},
	{"JSONdb", "ஜேசான்", "jEcAZ", "_JSON", Reserved, KindReserved},

	// Database Operations
	{"Table", "அட்டை", "attY", "_table", Reserved, KindReserved},
	{"Collection", "தொகுப்பு", "qokuppu|toguippu", "_collection", Reserved, KindReserved},
	{"Row", "நிரை", "nirY", "_row", Freed, KindName},
	{"Column", "பத்தி", "paqqi", "_column", Reserved, KindReserved},
	{"Key", "விசை", "vicY", "_key", Reserved, KindReserved},
	{"PrimaryKey", "தனிக_விசை", "qaZika_vicY|taZik_vicY", "_primaryKey", Reserved, KindReserved},
	{"ForeignKey", "வெளி_விசை", "veLi_vicY", "_foreignKey", Reserved, KindReserved},
	{"Index", "குறியீடு", "kuRiyItu", "_index", Freed, KindName},
	{"CreateTable", "அட்டை_ஆக்கு", "attY_Akku", "_createTable", Reserved, KindCreateTable},
	{"AlterTable", "அட்டை_மாற்று", "attY_mARRu", "_alterTable", Reserved, KindReserved},
	{"DropTable", "அட்டை_நீக்கு", "attY_nIkku", "_dropTable", Reserved, KindReserved},

	// Database Clauses & Keywords
	{"Select", "தேர்வெடு", "qErvetu", "_select", Reserved, KindSQLSelect},
	{"From", "இதனில்", "iqaZil", "_from", Reserved, KindFrom},
	{"Where", "விதி", "viqi", "_where", Reserved, KindWhere},
	{"OrderBy", "வரிசை", "varicY", "_orderBy", Reserved, KindReserved},
	{"GroupBy", "குழு", "kuzu", "_groupBy", Reserved, KindReserved},
	{"Join", "சேர்", "cEr", "_join", Callable, KindReserved},
	{"Left", "இடம்", "itam", "_left", Reserved, KindReserved},
	{"Right", "வலம்", "valam", "_right", Reserved, KindReserved},
	{"Inner", "உள்", "uL", "_inner", Reserved, KindReserved},
	{"Outer", "வெளி", "veLi", "_outer", Reserved, KindReserved},
	{"Distinct", "தனிக", "qaZika", "_distinct", Reserved, KindReserved},
	{"Limit", "வரம்பு", "varampu", "_limit", Callable, KindReserved},
	{"Offset", "ஈடு", "Itu", "_offset", Reserved, KindReserved},

	// REST API & HTTP
	{"API", "தள_இடை", "qaLa_itY", "_api", Reserved, KindReserved},
	{"Endpoint", "இறுதி_புள்ளி", "iRuqi_puLLi|iraqi_pulli", "_endpoint", Reserved, KindReserved},
	{"Route", "வழி", "vazi|vazhi", "_route", Reserved, KindRoute},
	{"Every", "இடைவெளி", "itYveLi", "_every", Reserved, KindEvery},
	{"Request", "கோரிக்கை", "kOrikkY", "_request", Freed, KindName},
	{"Response", "பதில்", "paqil|paDil", "_response", Callable, KindResponse},
	{"Header", "தலைப்பு", "qalYppu|talYppu", "_header", Freed, KindName},
	{"Body", "உடல்", "utal|uqal", "_body", Freed, KindName},
	{"Param", "அளவுரு", "aLavuru", "_param", Freed, KindName},
	{"QueryParam", "வினா_அளவுரு", "viZA_aLavuru", "_queryParam", Reserved, KindReserved},
	{"PathParam", "பாதை_அளவுரு", "pAqY_aLavuru|pAtY_aLavuru", "_pathParam", Reserved, KindReserved},
	{"JSONBody", "ஜேசான்_உரை", "jEcAZ_urY", "_jsonBody", Reserved, KindJSONBody},
	{"URL", "உரலி", "urali", "_url", Freed, KindName},
	{"Host", "புரவலன்", "puravalaZ", "_host", Freed, KindName},
	{"Port", "குதை", "kuqY", "_port", Freed, KindName},
	{"Method", "முறை", "muRY", "_method", Freed, KindName},
	{"HttpGet", "பெறு", "peRu", "_get", Reserved, KindReserved},
	{"HttpPost", "பதி", "paqi", "_post", Reserved, KindReserved},
	{"HttpPut", "இடு", "itu", "_put", Reserved, KindReserved},
	{"HttpDelete", "அழி", "azi", "_delete", Reserved, KindReserved},
	{"HttpPatch", "ஒட்டு", "ottu", "_patch", Reserved, KindReserved},
	{"HttpOptions", "தெரிவு", "qerivu", "_options", Reserved, KindReserved},
	{"HttpHead", "தலை", "qalY|talY", "_head", Reserved, KindReserved},
	{"StatusCode", "நிலை_குறி", "nilY_kuRi", "_statusCode", Reserved, KindReserved},
	{"StatusMessage", "நிலை_செய்தி", "nilY_ceyqi", "_statusMessage", Reserved, KindReserved},
	{"Auth", "உறுதி", "uRuqi", "_auth", Freed, KindName},
	{"BearerToken", "குறிதாங்கி", "kuRiqAwki", "_bearerToken", Reserved, KindReserved},
	{"ContentType", "உரை_வகை", "urY_vakY", "_contentType", Reserved, KindReserved},
	{"Serve", "சேவை", "cEvY", "_serve", Freed, KindName},
	{"StartServer", "வழங்கி_தொடங்கு", "vazawki_qotawku|vazawki_toqotawku", "_startServer", Reserved, KindStartServer},
	{"StopServer", "வழங்கி_நிறுத்து", "vazawki_niRuqqu", "_stopServer", Reserved, KindStopServer},

	// Encryption & Security
	{"Encrypt", "மறை", "maRY", "_encrypt", Callable, KindReserved},
	{"Decrypt", "வெளிப்படு", "veLippatu", "_decrypt", Callable, KindReserved},
	{"Password", "குறிமுறை", "kuRimuRY", "_password", Reserved, KindReserved},
	{"EncryptionKey", "மறை_விசை", "maRY_vicY", "_encryptionKey", Callable, KindReserved},

	// Logical Operators
	{"And", "மற்றும்", "maRRum", "_and", Reserved, KindAnd},
	{"Or", "அல்லது", "allaqu", "_or", Reserved, KindOr},
	{"Not", "இல்லை", "illY", "_not", Reserved, KindNot},

	// Variables & Data Types
	{"Shape", "வடிவம்", "vativam", "_shape", Contextual, KindShape},

	// Words of the backend layer (backend.md 2 and 7)
	{"Yadi", "", "", "यदि", Reserved, KindYadi},
	{"Task", "பணி", "paNi", "_task", Contextual, KindTask},
	{"Async", "", "", "async", Contextual, KindAsync},
	{"Try", "முயல்", "muyal", "_try", Contextual, KindTry},
	{"Catch", "பிழை", "pizY", "_catch|पिछा", Contextual, KindCatch},
	{"Finally", "இறுதியில்", "iRuqiyil", "_finally", Contextual, KindFinally},
	{"Throw", "எறி", "eRi", "_throw", Contextual, KindThrow},
	{"Ret", "", "", "return", Contextual, KindRet},
	{"Break", "நிறுத்து", "niRuqqu", "_break", Contextual, KindBreak},
	{"Continue", "தொடர்", "qotar", "_continue", Contextual, KindContinue},
	{"Await", "காத்திரு", "kAqqiru", "_await|await", Contextual, KindAwait},
	{"Spawn", "தொடங்கு", "qotawku", "_spawn", Contextual, KindSpawn},
	{"Background", "பின்னணி", "piZZaNi", "_background", Contextual, KindBackground},
	{"Parallel", "இணையாக", "iNYyAka", "_parallel", Contextual, KindParallel},
	{"SelectTask", "தேர்ந்தெடு", "qErnqetu", "", Contextual, KindSelectTask},
	{"Test", "சோதனை", "cOqaZY", "_test", Contextual, KindTest},
	{"Bench", "அளவீடு", "aLavItu", "_bench", Contextual, KindBench},
	{"Lock", "பூட்டு", "pUttu", "_lock", Contextual, KindLock},
	{"Deadline", "காலக்கெடு", "kAlakketu", "_deadline", Contextual, KindDeadline},
	{"As", "என", "eZa", "_as", Contextual, KindAs},
}

// wordOf finds the row of a spelling that the parser has to know: all but
// Vocabulary and Freed. It is built when the first program is read, since a
// command that reads none should not pay for it.
var wordOf = sync.OnceValue(func() map[string]wordID {
	m := make(map[string]wordID, 3*len(Words))
	for i := range Words {
		if w := &Words[i]; w.Class >= Contextual {
			for _, s := range w.Spellings() {
				m[s] = wordID(i + 1)
			}
		}
	}
	return m
})

// wordID is a row of Words, counted from 1; 0 is no word.
type wordID uint16

func (id wordID) row() *Word {
	if id == 0 {
		return &noWord
	}
	return &Words[id-1]
}

var noWord = Word{}

// LookupWord returns the word of which s (in NFC) is a spelling and that has a
// meaning in the grammar, or nil: then s is an ordinary name.
func LookupWord(s string) *Word {
	if id := wordOf()[s]; id != 0 {
		return id.row()
	}
	return nil
}
