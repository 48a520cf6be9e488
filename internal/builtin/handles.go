package builtin

import (
	"slices"
	"sync"
)

// Member is one member of a handle.
type Member struct {
	ID        string   // the canonical name, in English
	Spellings []string // Tamil first, romanised, English
	Method    bool     // called; else a value that is read
	Waits     bool     // may suspend the task
	Min, Max  int      // arguments of a method
	Result    string   // as Spec.Result
	Params    []Param
	Tamil     string // one sentence
	English   string
}

// Handle is a kind of object that is not made of fields but has members.
type Handle struct {
	Type      string   // as in Spec.Result
	Spellings []string // the predeclared name, if it has one
	Tamil     string
	English   string
	Members   []Member
	common    *[]Member // that it shares with others: Handles puts them before its own
}

// Member returns the member that is written name, or nil.
func (h *Handle) Member(name string) *Member {
	for i := range h.Members {
		for _, s := range h.Members[i].Spellings {
			if s == name {
				return &h.Members[i]
			}
		}
	}
	return nil
}

// MemberSpellings returns every spelling of every member.
func (h *Handle) MemberSpellings() []string {
	var list []string
	for _, m := range h.Members {
		list = append(list, m.Spellings...)
	}
	return list
}

// HandleOf returns the handle of that type, or nil.
func HandleOf(typ string) *Handle {
	all := Handles()
	for i := range all {
		if all[i].Type == typ {
			return &all[i]
		}
	}
	return nil
}

// routing are the members that declare routes: of the server, and of each group.
var routing = []Member{
	{ID: "on", Spellings: []string{"மீது", "mIqu", "on"}, Method: true, Min: 3, Max: 4, Result: "nil", Params: []Param{{"முறை", "method", "text"}, {"பாதை", "path", "text"}, {"f", "f", "function"}, {"விருப்பங்கள்", "options", "record"}},
		Tamil: "வழியை அறிவிக்கும்; f(request) பதிலைத் தரும்.", English: "Declares a route; f(request) gives the answer."},
	{ID: "use", Spellings: []string{"இடையில்", "itYyil", "use"}, Method: true, Min: 1, Max: 1, Result: "nil", Params: []Param{{"f", "f", "function"}},
		Tamil: "ஒவ்வொரு கோரிக்கையும் f(request, next) வழியாகச் செல்லும்; next(request) மீதியை இயக்கிப் பதிலைத் தரும்.", English: "Every request passes through f(request, next); next(request) runs the rest and gives its answer."},
	{ID: "group", Spellings: []string{"குழு", "kuzu", "group"}, Method: true, Min: 1, Max: 2, Result: "group", Params: []Param{{"முன்னொட்டு", "prefix", "text"}, {"விருப்பங்கள்", "options", "record"}},
		Tamil: "முன்னொட்டும் இடையில் வருவனவும் பொதுவான வழிகளின் குழு.", English: "A group of routes with a prefix, options and middleware of their own."},
	{ID: "socket", Spellings: []string{"இணைப்பு", "iNYppu", "socket"}, Method: true, Min: 2, Max: 3, Result: "nil", Params: []Param{{"பாதை", "path", "text"}, {"f", "f", "function"}, {"விருப்பங்கள்", "options", "record"}},
		Tamil: "அந்தப் பாதையில் WebSocket: ஒவ்வோர் இணைப்புக்கும் f(ws) இயங்கும்.", English: "A WebSocket at that path: f(ws) runs for each connection."},
	{ID: "files", Spellings: []string{"கோப்புகள்", "kOppukaL", "files"}, Method: true, Min: 2, Max: 3, Result: "nil", Params: []Param{{"பாதை", "path", "text"}, {"கோப்பகம்", "folder", "text"}, {"விருப்பங்கள்", "options", "record"}},
		Tamil: "அந்தப் பாதைக்குக் கீழே ஒரு கோப்பகத்தின் கோப்புகளைக் காட்டும்; அதற்கு வெளியே எதுவும் எட்டாது.", English: "Shows the files of a folder under a path; nothing outside of it can be reached."},
}

// namedValues are the members of what has several values for a name.
var namedValues = []Member{
	{ID: "get", Spellings: []string{"பெறு", "peRu", "get"}, Method: true, Min: 1, Max: 2, Result: "any", Params: []Param{{"பெயர்", "name", "text"}, {"இயல்பு", "default", "any"}},
		Tamil: "முதல் மதிப்பு, இல்லையேல் இயல்பு.", English: "The first value of that name, else the default or nil."},
	{ID: "all", Spellings: []string{"எல்லாம்", "ellAm", "all"}, Method: true, Min: 1, Max: 1, Result: "list", Params: []Param{{"பெயர்", "name", "text"}},
		Tamil: "அந்தப் பெயரின் எல்லா மதிப்புகளும்.", English: "Every value of that name."},
}

// Handles are all kinds of handle, with all their members.
var Handles = sync.OnceValue(func() []Handle {
	for i := range handles {
		if h := &handles[i]; h.common != nil {
			h.Members = slices.Concat(*h.common, h.Members)
		}
	}
	return handles
})

// handles is data that the linker lays out; what it shares is put in when somebody first
// asks, as a short program never asks.
var handles = []Handle{
	{
		Type: "server", Spellings: []string{"வழங்கி", "vazawki", "server"},
		Tamil: "நிரலின் HTTP வழங்கி.", English: "The HTTP server of the program.",
		common: &routing,
		Members: []Member{
			{ID: "start", Spellings: []string{"தொடங்கு", "qotawku", "start"}, Waits: true, Method: true, Min: 0, Max: 1, Result: "nil", Params: []Param{{"முகவரி", "address", "text"}},
				Tamil: "கேட்கத் தொடங்கி, நிறுத்தப்படும் வரை காத்திருக்கும்.", English: "Listens, and waits until the server is stopped."},
			{ID: "run", Spellings: []string{"ஓட்டு", "Ottu", "run"}, Waits: true, Method: true, Min: 0, Max: 1, Result: "nil", Params: []Param{{"முகவரி", "address", "text"}},
				Tamil: "தொடங்கு போன்றது; ஆனால் காத்திருப்பு கைவிடப்பட்டால் வழங்கி தொடர்ந்து ஓடும்: `select!` இல் ஒரு கை.", English: "As start, but the server goes on when the wait is given up: an arm of `select!`."},
			{ID: "drain_connections", Spellings: []string{"வடி", "vati", "drain_connections"}, Waits: true, Method: true, Min: 0, Max: 0, Result: "nil",
				Tamil: "புதிய இணைப்புகளை மறுத்து, நடப்பவை முடியும் வரை காத்திருக்கும்.", English: "Takes no more connections, and waits until what is in work has ended."},
			{ID: "close", Spellings: []string{"மூடு", "mUtu", "close"}, Waits: true, Method: true, Min: 0, Max: 0, Result: "nil",
				Tamil: "வடிக்கப்படாதவை உட்பட வழங்கியை நிறுத்தும்.", English: "Stops the server, with what is still in work."},
		},
	},
	{
		Type: "group", Spellings: []string{},
		Tamil: "ஒரே முன்னொட்டுள்ள வழிகள்: `server.group(\"/api\")` தருவது.", English: "Routes with one prefix: what `server.group(\"/api\")` gives.",
		common: &routing,
	},
	{
		Type: "database", Spellings: []string{"குறி", "kuRi", "database"},
		Tamil: "இயல்பான தரவுதளம்.", English: "The default database.",
		Members: []Member{
			{ID: "query_async", Spellings: []string{"வினா", "viZA", "query_async", "query"}, Waits: true, Method: true, Min: 1, Max: 2, Result: "list", Params: []Param{{"sql", "sql", "text"}, {"மதிப்புகள்", "params", "any"}},
				Tamil: "வினாவின் வரிசைகள்.", English: "The rows that the SQL gives."},
			{ID: "one", Spellings: []string{"ஒன்று", "oZRu", "one"}, Waits: true, Method: true, Min: 1, Max: 2, Result: "any", Params: []Param{{"sql", "sql", "text"}, {"மதிப்புகள்", "params", "any"}},
				Tamil: "முதல் வரிசை, இல்லையேல் இன்மை.", English: "The first row, or nil."},
			{ID: "execute", Spellings: []string{"செய்", "cey", "execute"}, Waits: true, Method: true, Min: 1, Max: 2, Result: "number", Params: []Param{{"sql", "sql", "text"}, {"மதிப்புகள்", "params", "any"}},
				Tamil: "மாறிய வரிசைகள் எத்தனை.", English: "The number of rows changed."},
			{ID: "transaction", Spellings: []string{"பரிவர்த்தனை", "parivarqqaZY", "transaction"}, Waits: true, Method: true, Min: 1, Max: 2, Result: "any", Params: []Param{{"f", "f", "function"}, {"விருப்பங்கள்", "options", "record"}},
				Tamil: "f(தளம்) ஐ ஒரே பரிவர்த்தனையாக இயக்கும்: பிழை வந்தால் எல்லாம் திரும்பப்பெறப்படும்; isolation, read_only, retries.", English: "Runs f(database) as one transaction: any error undoes all of it; isolation, read_only, retries."},
			{ID: "insert_many", Spellings: []string{"பல_சேர்", "pala_cEr", "insert_many"}, Waits: true, Method: true, Min: 2, Max: 3, Result: "number", Params: []Param{{"அட்டவணை", "table", "text"}, {"வரிசைகள்", "rows", "list"}, {"நெடுவரிசைகள்", "columns", "list"}},
				Tamil: "பல வரிசைகளை ஒன்றாகச் சேர்க்கும், எல்லாம் அல்லது எதுவுமில்லை: பொருள்கள், அல்லது நெடுவரிசைகளின் பெயர்களோடு அணிகள்.", English: "Adds many rows at once, all or none: records, or lists with the names of their columns."},
			{ID: "stream", Spellings: []string{"ஓடை", "OtY", "stream"}, Waits: true, Method: true, Min: 2, Max: 3, Result: "number", Params: []Param{{"sql", "sql", "text"}, {"மதிப்புகள்", "params", "any"}, {"f", "f", "function"}},
				Tamil: "ஒவ்வொரு வரிசைக்கும் f(வரிசை); பொய் என்றால் நிற்கும்; எத்தனை வரிசைகள் என்று தரும்.", English: "Calls f(row) for each row, a batch in memory at a time, until it answers false; gives how many there were."},
			{ID: "listen", Spellings: []string{"கேள்", "kEL", "listen"}, Waits: true, Method: true, Min: 1, Max: 1, Result: "listener", Params: []Param{{"பெயர்", "name", "text"}},
				Tamil: "PostgreSQL: அந்தப் பெயருக்கு இனி அறிவிக்கப்படுபவை; பணியோடு மூடப்படும்.", English: "PostgreSQL: what is notified under that name from now on; closed with its task."},
			{ID: "notify", Spellings: []string{"அறிவி", "aRivi", "notify"}, Waits: true, Method: true, Min: 1, Max: 2, Result: "nil", Params: []Param{{"பெயர்", "name", "text"}, {"செய்தி", "payload", "text"}},
				Tamil: "PostgreSQL: அந்தப் பெயரைக் கேட்கும் எல்லோருக்கும் அறிவிக்கும்; பரிவர்த்தனையில் அது உறுதியாகும்போது.", English: "PostgreSQL: tells all who listen to that name; in a transaction, when it commits."},
			{ID: "close", Spellings: []string{"மூடு", "mUtu", "close"}, Waits: true, Method: true, Min: 0, Max: 0, Result: "nil",
				Tamil: "pool_create ஆக்கிய குளத்தை மூடும்.", English: "Closes a pool that pool_create has made."},
		},
	},
	{
		Type: "cache", Spellings: []string{"தற்காலிகம்", "qaRkAlikam", "cache"},
		Tamil: "தொலைந்தாலும் நட்டமில்லாத மதிப்புகள், சாவிகளின் கீழ்; நினைவகத்தில், அல்லது REDIS_URL எனும் வழங்கியில்.", English: "Values under keys, which may be lost: in memory, or on the server that REDIS_URL names.",
		Members: []Member{
			{ID: "get", Spellings: []string{"பெறு", "peRu", "get"}, Waits: true, Method: true, Min: 1, Max: 2, Result: "any", Params: []Param{{"சாவி", "key", "text"}, {"இயல்பு", "default", "any"}},
				Tamil: "சாவியின் கீழ் உள்ளது, இல்லையேல் இயல்பு.", English: "What stands under the key, else the default or nil."},
			{ID: "set", Spellings: []string{"வை", "vY", "set"}, Waits: true, Method: true, Min: 2, Max: 4, Result: "nil", Params: []Param{{"சாவி", "key", "text"}, {"மதிப்பு", "value", "any"}, {"காலம்", "time", "any"}, {"விருப்பங்கள்", "options", "record"}},
				Tamil: "மதிப்பை இவ்வளவு காலம் வைக்கும்; சொல்லாவிட்டால் இடம் உள்ள வரை. tags: குறிகள்.", English: "Keeps a value for that time, or while there is room. Options: tags."},
			{ID: "delete", Spellings: []string{"நீக்கு", "nIkku", "delete"}, Waits: true, Method: true, Min: 1, Max: 1, Result: "bool", Params: []Param{{"சாவி", "key", "text"}},
				Tamil: "சாவியின் கீழ் உள்ளதை நீக்கும்; இருந்ததா என்று சொல்லும்.", English: "Deletes what stands under the key; whether there was something."},
			{ID: "remember", Spellings: []string{"நினைவில்", "niZYvil", "remember"}, Waits: true, Method: true, Min: 3, Max: 4, Result: "any", Params: []Param{{"சாவி", "key", "text"}, {"காலம்", "time", "any"}, {"f", "f", "function"}, {"விருப்பங்கள்", "options", "record"}},
				Tamil: "சாவியின் கீழ் உள்ளது; இல்லையேல் f() கணித்து வைக்கும், எத்தனை பேர் காத்திருந்தாலும் ஒருமுறை. tags, stale, refresh.", English: "What stands under the key, else what f() computes, once for all who wait. Options: tags, stale, refresh."},
			{ID: "increment", Spellings: []string{"கூட்டு", "kUttu", "increment"}, Waits: true, Method: true, Min: 1, Max: 3, Result: "number", Params: []Param{{"சாவி", "key", "text"}, {"எவ்வளவு", "by", "number"}, {"காலம்", "time", "any"}},
				Tamil: "சாவியின் கீழ் உள்ள முழு எண்ணைக் கூட்டி, கூட்டிய பின் உள்ளதைத் தரும்; 0 இலிருந்து தொடங்கும்.", English: "Adds to the whole number under the key, which begins at 0, and gives what it is then."},
			{ID: "expire", Spellings: []string{"காலம்", "kAlam", "expire"}, Waits: true, Method: true, Min: 2, Max: 2, Result: "bool", Params: []Param{{"சாவி", "key", "text"}, {"காலம்", "time", "any"}},
				Tamil: "சாவியின் கீழ் உள்ளதற்கு இப்போதிலிருந்து இவ்வளவு காலம்; அங்கே ஏதேனும் உள்ளதா என்று சொல்லும்.", English: "Gives what stands under the key that much time from now; whether there is something."},
			{ID: "delete_tag", Spellings: []string{"குறி_நீக்கு", "kuRi_nIkku", "delete_tag"}, Waits: true, Method: true, Min: 1, Max: 1, Result: "number", Params: []Param{{"குறி", "tag", "text"}},
				Tamil: "இக்குறியுடன் வைத்த எல்லாவற்றையும் நீக்கும்; எத்தனை என்று சொல்லும்.", English: "Deletes all that was set with the tag, and says how much."},
			{ID: "stats", Spellings: []string{"நிலவரம்", "nilavaram", "stats"}, Method: true, Min: 0, Max: 0, Result: "record",
				Tamil: "இந்தச் செயல்முறையின் எண்ணிக்கைகள்: hits, misses, evictions, entries, bytes.", English: "What this process has counted: hits, misses, evictions, entries, bytes."},
		},
	},
	{
		Type: "listener", Spellings: []string{},
		Tamil: "`குறி.கேள்(பெயர்)` தருவது.", English: "What `database.listen(name)` gives.",
		Members: []Member{
			{ID: "receive", Spellings: []string{"பெறு", "peRu", "receive"}, Waits: true, Method: true, Min: 0, Max: 0, Result: "any",
				Tamil: "அடுத்த {payload, lost} வரும் வரை காத்திருக்கும்; lost: இணைப்பு அறுந்ததால் சில தவறியிருக்கலாம்; மூடப்பட்டால் இன்மை.", English: "Waits for the next {payload, lost}; lost: some may have been missed as the connection broke; nil once it is closed."},
			{ID: "close", Spellings: []string{"மூடு", "mUtu", "close"}, Method: true, Min: 0, Max: 0, Result: "nil",
				Tamil: "இனிக் கேட்காது.", English: "Listens no more."},
		},
	},
	{
		Type: "request", Spellings: []string{"கோரிக்கை", "kOrikkY", "request"},
		Tamil: "கையாளும் செயலுக்குத் தரப்படும் கோரிக்கை.", English: "The request that a handler is given.",
		Members: []Member{
			{ID: "method", Spellings: []string{"முறை", "muRY", "method"}, Result: "text",
				Tamil: "முறை: GET, POST …", English: "The method: GET, POST …"},
			{ID: "path", Spellings: []string{"பாதை", "pAqY", "path"}, Result: "text",
				Tamil: "பாதை.", English: "The path."},
			{ID: "parameters", Spellings: []string{"அளவுருக்கள்", "aLavurukkaL", "parameters"}, Result: "values",
				Tamil: "பாதையின் :பெயர் பகுதிகள்.", English: "The :name parts of the path."},
			{ID: "query", Spellings: []string{"வினா", "viZA", "query"}, Result: "values",
				Tamil: "பாதையில் ? க்குப் பின் வந்தவை.", English: "What stands after the ? of the path."},
			{ID: "headers", Spellings: []string{"தலைப்புகள்", "qalYppukaL", "headers"}, Result: "values",
				Tamil: "தலைப்புகள்.", English: "The headers."},
			{ID: "cookies", Spellings: []string{"நினைவிகள்", "niZYvikaL", "cookies"}, Result: "values",
				Tamil: "நினைவிகள்.", English: "The cookies."},
			{ID: "body", Spellings: []string{"உடல்", "utal", "body"}, Waits: true, Result: "text",
				Tamil: "உடல், உரையாக.", English: "The body as text."},
			{ID: "bytes", Spellings: []string{"பைட்டுகள்", "pYttukaL", "bytes"}, Waits: true, Result: "list",
				Tamil: "உடலின் பைட்டுகள்.", English: "The bytes of the body."},
			{ID: "json", Spellings: []string{"ஜேசான்", "jEcAZ", "json"}, Waits: true, Method: true, Min: 0, Max: 1, Result: "any", Params: []Param{{"வடிவம்", "shape", "any"}},
				Tamil: "உடலின் ஜேசான் மதிப்பு, தந்தால் வடிவமாக; ஜேசான் இல்லையேல் 400, வடிவத்தை மீறினால் 422.", English: "The body's JSON value, as the shape if one is given; 400 if it is none, 422 if it breaks the shape."},
			{ID: "form", Spellings: []string{"படிவம்", "pativam", "form"}, Waits: true, Method: true, Min: 0, Max: 0, Result: "record",
				Tamil: "படிவத்தின் புலங்கள்.", English: "The fields of a form."},
			{ID: "fields", Spellings: []string{"புலங்கள்", "pulawkaL", "fields"}, Waits: true, Result: "values",
				Tamil: "படிவத்தின் புலங்கள்; ஒரே பெயரில் பல வந்தால் எல்லாம்.", English: "The fields of a form, also where several have one name."},
			{ID: "files", Spellings: []string{"கோப்புகள்", "kOppukaL", "files"}, Waits: true, Result: "list",
				Tamil: "படிவத்துடன் வந்த கோப்புகள்.", English: "The files that came with a form: a list of upload."},
			{ID: "stream", Spellings: []string{"ஓடை", "OtY", "stream"}, Method: true, Min: 0, Max: 0, Result: "pieces",
				Tamil: "உடலின் துண்டுகள், வர வர; வழியின் விருப்பம் ஓடை மெய் எனில் மட்டுமே முழுதும் வரும் முன்.", English: "The pieces of the body as they come: before it has come whole only where the route's option stream is true."},
			{ID: "deadline", Spellings: []string{"காலக்கெடு", "kAlakketu", "deadline"}, Result: "number",
				Tamil: "பதில் சொல்ல மீதமுள்ள நொடிகள்.", English: "The seconds that are left to answer in."},
			{ID: "id", Spellings: []string{"அடையாளம்", "atYyALam", "id"}, Result: "text",
				Tamil: "கோரிக்கையின் அடையாளம், பதிவுகளில் வருவது.", English: "The request's id, which the logs show."},
			{ID: "ip", Spellings: []string{"முகவரி", "mukavari", "ip"}, Result: "text",
				Tamil: "கேட்டவரின் முகவரி.", English: "The caller's address."},
			{ID: "get", Spellings: []string{"பெறு", "peRu", "get"}, Method: true, Min: 1, Max: 2, Result: "any", Params: []Param{{"பெயர்", "name", "text"}, {"இயல்பு", "default", "any"}},
				Tamil: "இக்கோரிக்கைக்கென set வைத்தது, இல்லையேல் இயல்பு.", English: "What set has kept for this request, else the default or nil."},
			{ID: "set", Spellings: []string{"வை", "vY", "set"}, Method: true, Min: 2, Max: 2, Result: "nil", Params: []Param{{"பெயர்", "name", "text"}, {"மதிப்பு", "value", "any"}},
				Tamil: "இக்கோரிக்கை முடியும் வரை ஒரு மதிப்பை வைக்கும்.", English: "Keeps a value until the request has been answered."},
			{ID: "user", Spellings: []string{"பயனர்", "payaZar", "user"}, Result: "any",
				Tamil: "கேட்டவர் யார்: இடையில் வந்தது set(\"user\", …) ஆல் வைத்தது, இல்லையேல் இன்மை.", English: "Who asks: what middleware has kept with set(\"user\", …), else nil."},
			{ID: "session", Spellings: []string{"அமர்வு", "amarvu", "session"}, Result: "session",
				Tamil: "கேட்டவரின் அமர்வு: ஒரு கோரிக்கையிலிருந்து அடுத்ததற்கு நீடிக்கும் மதிப்புகள்.", English: "The caller's session: values that last from one request to the next."},
		},
	},
	{
		Type: "session", Spellings: []string{},
		Tamil: "கேட்டவரின் அமர்வு: `request.session`. எதையாவது வைத்த பின்பே இருக்கும்; பதிலுக்கு முன் சேமிக்கப்படும்.", English: "The caller's session: `request.session`. There is one once something was set; it is saved before the answer.",
		Members: []Member{
			{ID: "get", Spellings: []string{"பெறு", "peRu", "get"}, Waits: true, Method: true, Min: 1, Max: 2, Result: "any", Params: []Param{{"பெயர்", "name", "text"}, {"இயல்பு", "default", "any"}},
				Tamil: "இப்பெயரில் உள்ளது, இல்லையேல் இயல்பு.", English: "What stands under a name, else the default or nil."},
			{ID: "set", Spellings: []string{"வை", "vY", "set"}, Waits: true, Method: true, Min: 2, Max: 2, Result: "nil", Params: []Param{{"பெயர்", "name", "text"}, {"மதிப்பு", "value", "any"}},
				Tamil: "இப்பெயரில் ஒரு மதிப்பை வைக்கும்.", English: "Keeps a value under a name."},
			{ID: "delete", Spellings: []string{"நீக்கு", "nIkku", "delete"}, Waits: true, Method: true, Min: 1, Max: 1, Result: "bool", Params: []Param{{"பெயர்", "name", "text"}},
				Tamil: "இப்பெயரில் உள்ளதை நீக்கும்; இருந்ததா எனத் தரும்.", English: "Deletes what stands under a name, and gives whether there was something."},
			{ID: "all", Spellings: []string{"எல்லாம்", "ellAm", "all"}, Waits: true, Method: true, Min: 0, Max: 0, Result: "record",
				Tamil: "எல்லா மதிப்புகளும்.", English: "All values."},
			{ID: "regenerate", Spellings: []string{"புதுப்பி", "puquppi", "regenerate"}, Waits: true, Method: true, Min: 0, Max: 0, Result: "nil",
				Tamil: "மதிப்புகள் அப்படியே, புதிய அடையாளத்துடன்: உள்நுழைந்தவுடன் அழைக்க.", English: "Gives it another id and keeps the values: to be called when somebody has logged in."},
			{ID: "destroy", Spellings: []string{"அழி", "azi", "destroy"}, Waits: true, Method: true, Min: 0, Max: 0, Result: "nil",
				Tamil: "அமர்வை அழிக்கும்: வெளியேறும்போது.", English: "Destroys it, as when somebody logs out."},
		},
	},
	{
		Type: "pieces", Spellings: []string{},
		Tamil: "வரும் உடலின் அல்லது கோப்பின் துண்டுகள்: `request.stream()`, `upload.stream()` தருபவை; `ஒவ்வொரு` ஆலும் பெறலாம்.", English: "The pieces of a body or a file that comes: what `request.stream()` and `upload.stream()` give; `ஒவ்வொரு` walks through them.",
		Members: []Member{
			{ID: "receive", Spellings: []string{"பெறு", "peRu", "receive"}, Waits: true, Method: true, Min: 0, Max: 0, Result: "any",
				Tamil: "அடுத்த துண்டு, பைட்டுகளாக; முடிந்தால் இன்மை.", English: "The next piece, as bytes; nil when there is none any more."},
		},
	},
	{
		Type: "upload", Spellings: []string{},
		Tamil: "படிவத்துடன் வந்த ஒரு கோப்பு: `request.files` இல் ஒன்று.", English: "A file that came with a form: one of `request.files`.",
		Members: []Member{
			{ID: "field", Spellings: []string{"புலம்", "pulam", "field"}, Result: "text",
				Tamil: "படிவத்தில் அதன் புலம்.", English: "The field of the form."},
			{ID: "name", Spellings: []string{"பெயர்", "peyar", "name"}, Result: "text",
				Tamil: "அனுப்பியவர் தந்த கோப்புப் பெயர்; நம்பத் தகாதது.", English: "The file's name, as the client says: not to be trusted."},
			{ID: "type", Spellings: []string{"வகை", "vakY", "type"}, Result: "text",
				Tamil: "அனுப்பியவர் சொல்லும் வகை.", English: "The media type, as the client says."},
			{ID: "size", Spellings: []string{"அளவு", "aLavu", "size"}, Result: "number",
				Tamil: "பைட்டுகளின் எண்ணிக்கை.", English: "The number of bytes."},
			{ID: "body", Spellings: []string{"உடல்", "utal", "body"}, Waits: true, Result: "text",
				Tamil: "உள்ளடக்கம், உரையாக.", English: "The content as text."},
			{ID: "bytes", Spellings: []string{"பைட்டுகள்", "pYttukaL", "bytes"}, Waits: true, Result: "list",
				Tamil: "உள்ளடக்கத்தின் பைட்டுகள்.", English: "The bytes of the content."},
			{ID: "stream", Spellings: []string{"ஓடை", "OtY", "stream"}, Method: true, Min: 0, Max: 0, Result: "pieces",
				Tamil: "உள்ளடக்கத்தின் துண்டுகள், தொடக்கத்திலிருந்து; ஒரு நேரத்தில் ஒன்றே நினைவில்.", English: "The pieces of the content, from its beginning; one at a time is in memory."},
			{ID: "save", Spellings: []string{"சேமி", "cEmi", "save"}, Waits: true, Method: true, Min: 1, Max: 1, Result: "result", Params: []Param{{"பாதை", "path", "text"}},
				Tamil: "கோப்பாகச் சேமிக்கும், கோப்பகங்களையும் ஆக்கும்; அளவைத் தரும்.", English: "Saves it under a path, whose folders are made; gives its size."},
		},
	},
	{
		Type: "stream", Spellings: []string{},
		Tamil: "அனுப்பப்படும் பதில்: `stream(…)` இன் செயலுக்குத் தரப்படுவது.", English: "An answer that is being sent: what the function of `stream(…)` is given.",
		Members: []Member{
			{ID: "write", Spellings: []string{"எழுது", "ezuqu", "write"}, Waits: true, Method: true, Min: 1, Max: 1, Result: "nil", Params: []Param{{"x", "x", "any"}},
				Tamil: "உரையையும் பைட்டுகளையும் அப்படியே, மற்றதை ஒரு வரி ஜேசானாக அனுப்பும்; இடம் வரும் வரை காத்திருக்கும்.", English: "Sends text and bytes as they are, anything else as a line of JSON; waits until there is room."},
		},
	},
	{
		Type: "events", Spellings: []string{},
		Tamil: "நிகழ்வுகளின் ஓடை: `events(…)` இன் செயலுக்குத் தரப்படுவது.", English: "A stream of events: what the function of `events(…)` is given.",
		Members: []Member{
			{ID: "send", Spellings: []string{"அனுப்பு", "aZuppu", "send"}, Waits: true, Method: true, Min: 1, Max: 1, Result: "nil", Params: []Param{{"நிகழ்வு", "event", "any"}},
				Tamil: "நிகழ்வை அனுப்பும்: {event, id, data, retry}, அல்லது தரவு மட்டும்; இடம் வரும் வரை காத்திருக்கும்.", English: "Sends an event: {event, id, data, retry}, or its data alone; waits until there is room."},
			{ID: "last_id", Spellings: []string{"கடைசி_அடையாளம்", "katYci_atYyALam", "last_id"}, Result: "any",
				Tamil: "மீண்டும் வந்தவர் கடைசியாகப் பெற்ற நிகழ்வின் அடையாளம், இல்லையேல் இன்மை.", English: "The id of the event that a client which comes again has got last, or nil."},
			{ID: "join", Spellings: []string{"சேர்", "cEr", "join"}, Method: true, Min: 1, Max: 1, Result: "nil", Params: []Param{{"அலை", "topic", "text"}},
				Tamil: "அந்த அலையில் வெளியிடுவது இதற்கும் நிகழ்வாக வரும்.", English: "What is published on that topic is sent here as an event as well."},
			{ID: "leave", Spellings: []string{"விலகு", "vilaku", "leave"}, Method: true, Min: 1, Max: 1, Result: "nil", Params: []Param{{"அலை", "topic", "text"}},
				Tamil: "அந்த அலையிலிருந்து விலகும்.", English: "Leaves that topic."},
			{ID: "wait", Spellings: []string{"காத்திரு", "kAqqiru", "wait"}, Waits: true, Method: true, Min: 0, Max: 0, Result: "nil",
				Tamil: "பெறுபவர் போகும் வரை, அல்லது வழங்கி முடிக்கும் வரை நீடிக்கும்.", English: "Lasts until the client goes, or the server ends."},
		},
	},
	{
		Type: "socket", Spellings: []string{},
		Tamil: "ஒரு WebSocket இணைப்பு: `server.socket` இன் செயலுக்குத் தரப்படுவது.", English: "A WebSocket: what the function of `server.socket` is given.",
		Members: []Member{
			{ID: "receive", Spellings: []string{"பெறு", "peRu", "receive"}, Waits: true, Method: true, Min: 0, Max: 0, Result: "any",
				Tamil: "அடுத்த செய்தி, உரையாகவோ பைட்டுகளாகவோ; இனி வராது எனில் இன்மை.", English: "The next message, text or bytes; nil when there will be none."},
			{ID: "send", Spellings: []string{"அனுப்பு", "aZuppu", "send"}, Waits: true, Method: true, Min: 1, Max: 1, Result: "nil", Params: []Param{{"x", "x", "any"}},
				Tamil: "ஒரு செய்தியை அனுப்பும்: உரை, பைட்டுகள், மற்றது ஜேசானாக; இடம் வரும் வரை காத்திருக்கும்.", English: "Sends a message: text, bytes, anything else as JSON; waits until there is room."},
			{ID: "request", Spellings: []string{"கோரிக்கை", "kOrikkY", "request"}, Result: "request",
				Tamil: "இணைப்பைத் திறந்த கோரிக்கை: அளவுருக்கள், தலைப்புகள், பயனர் …", English: "The request that has opened it: parameters, headers, user …"},
			{ID: "close", Spellings: []string{"மூடு", "mUtu", "close"}, Method: true, Min: 0, Max: 2, Result: "nil", Params: []Param{{"குறியீடு", "code", "number"}, {"காரணம்", "reason", "text"}},
				Tamil: "இணைப்பை மூடும்; இயல்பு 1000.", English: "Closes it, with 1000 unless told otherwise."},
			{ID: "join", Spellings: []string{"சேர்", "cEr", "join"}, Method: true, Min: 1, Max: 1, Result: "nil", Params: []Param{{"அலை", "topic", "text"}},
				Tamil: "அந்த அலையில் வெளியிடுவது இதற்கும் வரும்.", English: "What is published on that topic is sent here as well."},
			{ID: "leave", Spellings: []string{"விலகு", "vilaku", "leave"}, Method: true, Min: 1, Max: 1, Result: "nil", Params: []Param{{"அலை", "topic", "text"}},
				Tamil: "அந்த அலையிலிருந்து விலகும்.", English: "Leaves that topic."},
		},
	},
	{
		Type: "topic", Spellings: []string{},
		Tamil: "ஓர் அலை: `topic(…)` தருவது.", English: "A topic: what `topic(…)` gives.",
		Members: []Member{
			{ID: "publish", Spellings: []string{"வெளியிடு", "veLiyitu", "publish"}, Method: true, Min: 1, Max: 1, Result: "nil", Params: []Param{{"x", "x", "any"}},
				Tamil: "தொடரும் எல்லாருக்கும் ஒரு செய்தியை அனுப்பும்; காத்திருக்காது.", English: "Sends a message to all that follow it; it does not wait."},
			{ID: "subscribe", Spellings: []string{"சந்தா", "canqA", "subscribe"}, Method: true, Min: 0, Max: 1, Result: "channel", Params: []Param{{"இடம்", "room", "number"}},
				Tamil: "வெளியிடுவது வந்து சேரும் வாய்க்கால்; இடம் நிறைந்தால் மூடப்படும். கேட்டவர் முடியும்போது முடியும்.", English: "A channel that gets what is published; it is closed when its room is full. It ends with who has asked for it."},
		},
	},
	{
		Type: "response", Spellings: []string{},
		Tamil: "`response(…)` ஆக்குவதும் `next(request)` தருவதும்; புலங்களை மாற்றலாம்.", English: "What `response(…)` makes and `next(request)` gives; its fields can be changed.",
		Members: []Member{
			{ID: "status", Spellings: []string{"நிலை", "nilY", "status"}, Result: "number",
				Tamil: "HTTP நிலை.", English: "The HTTP status."},
			{ID: "body", Spellings: []string{"உடல்", "utal", "body"}, Result: "any",
				Tamil: "உடல், இன்னும் எழுதப்படாத மதிப்பு.", English: "The body: a value that is not yet written."},
			{ID: "headers", Spellings: []string{"தலைப்புகள்", "qalYppukaL", "headers"}, Result: "record",
				Tamil: "தலைப்புகள்.", English: "The headers."},
		},
	},
	{
		Type: "values", Spellings: []string{},
		Tamil: "கோரிக்கையின் பல மதிப்புகள்: ஒரு பெயருக்கு ஒன்றோ பலவோ.", English: "Named values of a request, one or several for each name.",
		common: &namedValues,
	},
	{
		Type: "task", Spellings: []string{},
		Tamil: "தொடங்கிய பணி: `தொடங்கு f()` தருவது; `காத்திரு` அதன் முடிவைத் தரும்.", English: "A task that was started: what `தொடங்கு f()` gives; `காத்திரு` gives what it returns.",
		Members: []Member{
			{ID: "done", Spellings: []string{"முடிந்ததா", "mutinqaqA", "done"}, Method: true, Min: 0, Max: 0, Result: "bool",
				Tamil: "முடிந்துவிட்டதா.", English: "Whether it has ended."},
			{ID: "cancel", Spellings: []string{"கைவிடு", "kYvitu", "cancel"}, Method: true, Min: 0, Max: 0, Result: "nil",
				Tamil: "முடியச் சொல்லும்: அதன் அடுத்த காத்திருப்பில் cancelled என்ற பிழை எழும்.", English: "Tells it to end: the error cancelled comes up at its next wait."},
		},
	},
	{
		Type: "channel", Spellings: []string{},
		Tamil: "`வாய்க்கால்()` தருவது.", English: "What `வாய்க்கால்()` gives.",
		Members: []Member{
			{ID: "send", Spellings: []string{"அனுப்பு", "aZuppu", "send"}, Waits: true, Method: true, Min: 1, Max: 1, Result: "nil", Params: []Param{{"மதிப்பு", "value", "any"}},
				Tamil: "மதிப்பை அனுப்பும்; இடமோ பெறுநரோ வரும் வரை காத்திருக்கும். மூடியிருந்தால் closed என்ற பிழை.", English: "Sends a value, and waits until there is room or a receiver; an error closed if it is closed."},
			{ID: "receive", Spellings: []string{"பெறு", "peRu", "receive"}, Waits: true, Method: true, Min: 0, Max: 0, Result: "any",
				Tamil: "அடுத்த மதிப்பு வரும் வரை காத்திருக்கும்; மூடிய பிறகு எல்லாம் பெறப்பட்டிருந்தால் இன்மை.", English: "Waits for the next value; nil once it is closed and everything has been received."},
			{ID: "close", Spellings: []string{"மூடு", "mUtu", "close"}, Method: true, Min: 0, Max: 0, Result: "nil",
				Tamil: "இனி எதுவும் அனுப்பப்படாது எனச் சொல்லும்.", English: "Says that nothing more will be sent."},
			{ID: "length", Spellings: []string{"நீளம்", "nILam", "length"}, Method: true, Min: 0, Max: 0, Result: "number",
				Tamil: "இன்னும் பெறப்படாமல் அதில் உள்ள மதிப்புகள் எத்தனை.", English: "How many values it holds that nobody has received."},
		},
	},
	{
		Type: "signal", Spellings: []string{},
		Tamil: "`signal_create(…)` தருவது.", English: "What `signal_create(…)` gives.",
		Members: []Member{
			{ID: "wait", Spellings: []string{"காத்திரு", "kAqqiru", "wait"}, Waits: true, Method: true, Min: 0, Max: 0, Result: "text",
				Tamil: "குறிகைகளில் ஒன்று வரும் வரை காத்திருந்து அதன் பெயரைத் தரும்.", English: "Waits until one of the signals comes, and gives its name."},
		},
	},
	{
		Type: "error", Spellings: []string{},
		Tamil: "எறியப்பட்ட பிழை: `பிழை(e)` இல் e.", English: "A caught error: e in `பிழை(e)`.",
		Members: []Member{
			{ID: "message", Spellings: []string{"செய்தி", "ceyqi", "message"}, Result: "text",
				Tamil: "செய்தி.", English: "What it says."},
			{ID: "code", Spellings: []string{"குறியீடு", "kuRiyItu", "code"}, Result: "text",
				Tamil: "மாறாத குறியீடு.", English: "A stable code."},
			{ID: "line", Spellings: []string{"வரி", "vari", "line"}, Result: "number",
				Tamil: "வரி.", English: "The line."},
			{ID: "column", Spellings: []string{"நெடுவரிசை", "netuvaricY", "column"}, Result: "number",
				Tamil: "நெடுவரிசை.", English: "The column."},
			{ID: "file", Spellings: []string{"கோப்பு", "kOppu", "file"}, Result: "text",
				Tamil: "கோப்பு.", English: "The file."},
			{ID: "stack", Spellings: []string{"அடுக்கு", "atukku", "stack"}, Result: "list",
				Tamil: "அழைப்புகளின் அடுக்கு.", English: "The calls that led there."},
			{ID: "cause", Spellings: []string{"காரணம்", "kAraNam", "cause"}, Result: "any",
				Tamil: "இதற்குக் காரணமான பிழை, இல்லையேல் இன்மை.", English: "The error that caused it, or nil."},
			{ID: "details", Spellings: []string{"விவரம்", "vivaram", "details"}, Result: "any",
				Tamil: "ஆக்கியவர் சேர்த்த விவரம்.", English: "What its maker added."},
		},
	},
	{
		Type: "client", Spellings: []string{"வாங்கி", "vAwki", "client"},
		Tamil: "சோதிக்கப்படும் நிரலிடம் கேட்கும் வாங்கி; வலைப்பின்னல் இல்லாமல், ஆனால் அதே HTTP வழியே. பொருளோ அணியோ உடலாக வந்தால் ஜேசான் ஆகும்; நினைவிகள் சோதனை முடியும் வரை இருக்கும்.", English: "Asks the program under test, without a socket but through the same HTTP. A body that is a record or list becomes JSON; cookies are kept until the test ends.",
		Members: []Member{
			{ID: "get", Spellings: []string{"பெறு", "peRu", "get"}, Waits: true, Method: true, Min: 1, Max: 2, Result: "answer", Params: []Param{{"பாதை", "path", "text"}, {"தலைப்புகள்", "headers", "record"}},
				Tamil: "GET கோரிக்கையை அனுப்பிப் பதிலைத் தரும்.", English: "Sends a GET request and gives the answer."},
			{ID: "post", Spellings: []string{"இடு", "itu", "post"}, Waits: true, Method: true, Min: 1, Max: 3, Result: "answer", Params: []Param{{"பாதை", "path", "text"}, {"உடல்", "body", "any"}, {"தலைப்புகள்", "headers", "record"}},
				Tamil: "POST கோரிக்கையை அனுப்பிப் பதிலைத் தரும்.", English: "Sends a POST request with a body and gives the answer."},
			{ID: "put", Spellings: []string{"வை", "vY", "put"}, Waits: true, Method: true, Min: 1, Max: 3, Result: "answer", Params: []Param{{"பாதை", "path", "text"}, {"உடல்", "body", "any"}, {"தலைப்புகள்", "headers", "record"}},
				Tamil: "PUT கோரிக்கையை அனுப்பிப் பதிலைத் தரும்.", English: "Sends a PUT request with a body and gives the answer."},
			{ID: "patch", Spellings: []string{"திருத்து", "qiruqqu", "patch"}, Waits: true, Method: true, Min: 1, Max: 3, Result: "answer", Params: []Param{{"பாதை", "path", "text"}, {"உடல்", "body", "any"}, {"தலைப்புகள்", "headers", "record"}},
				Tamil: "PATCH கோரிக்கையை அனுப்பிப் பதிலைத் தரும்.", English: "Sends a PATCH request with a body and gives the answer."},
			{ID: "delete", Spellings: []string{"நீக்கு", "nIkku", "delete"}, Waits: true, Method: true, Min: 1, Max: 2, Result: "answer", Params: []Param{{"பாதை", "path", "text"}, {"தலைப்புகள்", "headers", "record"}},
				Tamil: "DELETE கோரிக்கையை அனுப்பிப் பதிலைத் தரும்.", English: "Sends a DELETE request and gives the answer."},
			{ID: "head", Spellings: []string{"தலை", "qalY", "head"}, Waits: true, Method: true, Min: 1, Max: 2, Result: "answer", Params: []Param{{"பாதை", "path", "text"}, {"தலைப்புகள்", "headers", "record"}},
				Tamil: "HEAD கோரிக்கையை அனுப்பிப் பதிலைத் தரும்.", English: "Sends a HEAD request and gives the answer."},
			{ID: "options", Spellings: []string{"விருப்பங்கள்", "viruppawkaL", "options"}, Waits: true, Method: true, Min: 1, Max: 2, Result: "answer", Params: []Param{{"பாதை", "path", "text"}, {"தலைப்புகள்", "headers", "record"}},
				Tamil: "OPTIONS கோரிக்கையை அனுப்பிப் பதிலைத் தரும்.", English: "Sends an OPTIONS request and gives the answer."},
			{ID: "request", Spellings: []string{"கேள்", "kEL", "request"}, Waits: true, Method: true, Min: 2, Max: 4, Result: "answer", Params: []Param{{"முறை", "method", "text"}, {"பாதை", "path", "text"}, {"உடல்", "body", "any"}, {"தலைப்புகள்", "headers", "record"}},
				Tamil: "எந்த முறையிலும் ஒரு கோரிக்கையை அனுப்பிப் பதிலைத் தரும்.", English: "Sends a request of any method and gives the answer."},
		},
	},
	{
		Type: "answer", Spellings: []string{},
		Tamil: "வாங்கிக்கு வந்த பதில்.", English: "What the client was answered.",
		Members: []Member{
			{ID: "status", Spellings: []string{"நிலை", "nilY", "status"}, Result: "number",
				Tamil: "நிலை: 200, 404 …", English: "The status: 200, 404 …"},
			{ID: "headers", Spellings: []string{"தலைப்புகள்", "qalYppukaL", "headers"}, Result: "fields",
				Tamil: "தலைப்புகள்.", English: "The headers."},
			{ID: "body", Spellings: []string{"உடல்", "utal", "body"}, Result: "text",
				Tamil: "உடல், உரையாக.", English: "The body as text."},
			{ID: "bytes", Spellings: []string{"பைட்டுகள்", "pYttukaL", "bytes"}, Result: "list",
				Tamil: "உடலின் பைட்டுகள்.", English: "The bytes of the body."},
			{ID: "json", Spellings: []string{"ஜேசான்", "jEcAZ", "json"}, Method: true, Min: 0, Max: 0, Result: "any",
				Tamil: "உடலின் ஜேசான் மதிப்பு; ஜேசான் இல்லையேல் பிழை.", English: "The body's JSON value; an error if it is none."},
		},
	},
	{
		Type: "fields", Spellings: []string{},
		Tamil: "ஒரு பதிலின் தலைப்புகள்; பெயரில் பெரிய சிறிய எழுத்து வேறுபாடில்லை.", English: "The headers of an answer; the case of a name doesn't matter.",
		common: &namedValues,
	},
}

// ResponseFields are the other names of a response's fields, each with the one that the
// field has.
var ResponseFields = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	for _, m := range HandleOf("response").Members {
		for _, s := range m.Spellings {
			if s != m.ID {
				names[s] = m.ID
			}
		}
	}
	return names
})
