package builtin

// data queries databases; parameters travel apart from the SQL.
var data = []Spec{
	{
		ID: "pool_create", Spellings: []string{"குளம்_ஆக்கு", "kuLam_Akku", "pool_create"},
		Min: 0, Max: 1, Effect: Waits, Result: "database", Outside: "query",
		Params:  []Param{{"விருப்பங்கள்", "options", "record"}},
		Tamil:   "தரவுதளத்துக்கான இணைப்புக் குளம்: driver, url, max_connections, min_connections, max_waiting, timeout_seconds, query_seconds, idle_seconds, lifetime_seconds, lanes.",
		English: "A pool of connections to a database: driver, url, max_connections, min_connections, max_waiting, timeout_seconds, query_seconds, idle_seconds, lifetime_seconds, lanes.",
		Example: "குளம் = pool_create { driver: \"sqlite\", url: \":memory:\" };\nஅச்சு குளம்.one(\"SELECT :a AS a\", {a: 5});\n",
		Output:  "{a: 5}\n",
	},
	{
		ID: "query_async", Spellings: []string{"தளம்_வினவு", "qaLam_viZavu", "query_async"},
		Min: 1, Max: 3, Effect: Waits, Result: "list", Outside: "query",
		Params:  []Param{{"sql", "sql", "any"}, {"மதிப்புகள்", "params", "any"}, {"மேலும்", "more", "any"}},
		Tamil:   "SQL வினாவின் வரிசைகள்; முதல் மதிப்பாகத் தரவுதளக் கையையும் தரலாம்.",
		English: "The rows that the SQL gives; a database handle may stand before it.",
		Example: "தளம்_இணை சீகுலைட், \":memory:\";\nஅச்சு query_async(\"SELECT $1 AS a\", [5]);\n",
		Output:  "[{a: 5}]\n",
	},
	{
		ID: "tryQuery", Spellings: []string{"தளம்_வினா_முயற்சி", "qaLam_viZA_muyaRci", "_tryQuery"},
		Min: 2, Max: 2, Effect: Waits, Result: "result", Outside: "query",
		Params:  []Param{{"sql", "sql", "text"}, {"மதிப்புகள்", "params", "list"}},
		Tamil:   "வினாவின் வரிசைகள் வெற்றியாக, பிழை தோல்வியாக.",
		English: "The rows as a success; any error of the database as a failure.",
		Example: "தளம்_இணை சீகுலைட், \":memory:\";\nஅச்சு _tryQuery(\"SELECT 1 AS a\", []);\n",
		Output:  "சரி([{a: 1}])\n",
	},
	{
		ID: "tryExecute", Spellings: []string{"தளம்_செய்_முயற்சி", "qaLam_cey_muyaRci", "_tryExecute"},
		Min: 2, Max: 2, Effect: Waits, Result: "result",
		Params:  []Param{{"sql", "sql", "text"}, {"மதிப்புகள்", "params", "list"}},
		Tamil:   "மாறிய வரிசைகள் எத்தனை என்று வெற்றியாக, பிழை தோல்வியாக.",
		English: "The number of rows changed as a success; any error as a failure.",
		Example: "தளம்_இணை சீகுலைட், \":memory:\";\nஅச்சு _tryExecute(\"CREATE TABLE t (a)\", []);\n",
		Output:  "சரி(0)\n",
	},
	{
		ID: "registerFunction", Spellings: []string{"தளம்_செயல்_பதிவு", "qaLam_ceyal_paqivu", "_registerFunction"},
		Min: 3, Max: 4, Effect: Waits, Result: "result",
		Params:  []Param{{"பெயர்", "name", "text"}, {"அளவு", "count", "number"}, {"f", "f", "function"}, {"கை", "handle", "text"}},
		Tamil:   "SQLite SQL இலிருந்து அழைக்கத்தக்க தூய செயலைப் பதியும்.",
		English: "Registers a pure function of that many arguments that SQLite's SQL can call.",
		Example: "தளம்_இணை சீகுலைட், \":memory:\";\n_registerFunction(\"twice\", 1, செயல்(x) { திரும்பு x * 2; });\nஅச்சு query_async(\"SELECT twice(4) AS a\", []);\n",
		Output:  "[{a: 8}]\n",
	},
}
