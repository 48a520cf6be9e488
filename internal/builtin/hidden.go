package builtin

// hidden are the builtins that the compiler calls for statements. Their
// arguments stand in the order of Params; a part of the statement that isn't
// written is nil.
var hidden = []Spec{
	{ID: "print", Hidden: true, Min: 1, Max: 1, Effect: Writes, Result: "nil", English: "அச்சு x: the text of x and a line end to the output.",
		Params: []Param{{"x", "x", "any"}}},
	{ID: "input", Hidden: true, Effect: Waits, Result: "text", English: "உள்ளிடு: the next line of the input, trimmed."},

	{ID: "file_open", Hidden: true, Min: 2, Max: 2, Effect: Waits, Result: "nil", English: "கோப்பு_திற path, mode: mode \"write\" empties or creates the file; no other mode does anything.",
		Params: []Param{{"பாதை", "path", "text"}, {"முறை", "mode", "text"}}},
	{ID: "file_close", Hidden: true, Min: 1, Max: 1, Effect: Waits, Result: "nil", English: "கோப்பு_மூடு path: never fails.",
		Params: []Param{{"பாதை", "path", "text"}}},
	{ID: "file_read", Hidden: true, Min: 1, Max: 1, Effect: Waits, Result: "text", English: "கோப்பு_படி path: the whole file without line ends at its end.",
		Params: []Param{{"பாதை", "path", "text"}}},
	{ID: "file_write", Hidden: true, Min: 2, Max: 2, Effect: Waits, Result: "nil", English: "கோப்பு_எழுது path, x: appends the text of x and a line end.",
		Params: []Param{{"பாதை", "path", "text"}, {"x", "x", "any"}}},
	{ID: "csv_read", Hidden: true, Min: 1, Max: 1, Effect: Waits, Result: "number", English: "தரவுரை_படி path: the number of lines that aren't blank, less one, never below 0.",
		Params: []Param{{"பாதை", "path", "text"}}},
	{ID: "csv_write", Hidden: true, Min: 2, Max: 2, Effect: Waits, Result: "nil", English: "தரவுரை_எழுது path, row: appends the text of row as a line.",
		Params: []Param{{"பாதை", "path", "text"}, {"வரிசை", "row", "any"}}},

	{ID: "db_connect", Hidden: true, Min: 3, Max: 3, Effect: Waits, Result: "nil", English: "தளம்_இணை driver, conn [, name]: driver is the word as written.",
		Params: []Param{{"இயக்கி", "driver", "text"}, {"இணைப்பு", "conn", "text"}, {"பெயர்", "name", "text"}}},
	{ID: "db_disconnect", Hidden: true, Min: 1, Max: 1, Effect: Waits, Result: "nil", English: "தளம்_பிரி driver.",
		Params: []Param{{"இயக்கி", "driver", "text"}}},
	{ID: "db_query", Hidden: true, Min: 3, Max: 3, Effect: Waits, Result: "list", Outside: "query", English: "தளம்_வினா sql, params, into [, name]: the rows as records.",
		Params: []Param{{"sql", "sql", "text"}, {"மதிப்புகள்", "params", "list"}, {"பெயர்", "name", "text"}}},
	{ID: "db_execute", Hidden: true, Min: 3, Max: 3, Effect: Waits, Result: "nil", English: "தளம்_செய் sql, params [, name].",
		Params: []Param{{"sql", "sql", "text"}, {"மதிப்புகள்", "params", "list"}, {"பெயர்", "name", "text"}}},

	{ID: "response_set", Hidden: true, Min: 3, Max: 3, Effect: Writes, Result: "nil", English: "பதில் status, body [, headers]: the answer of this request, until another is given.",
		Params: []Param{{"நிலை", "status", "number"}, {"உடல்", "body", "any"}, {"தலைப்புகள்", "headers", "record"}}},
	{ID: "response_json", Hidden: true, Min: 1, Max: 2, Effect: Writes, Result: "nil", English: "ஜேசான்_உரை text [, status]: the answer as JSON.",
		Params: []Param{{"உரை", "text", "text"}, {"நிலை", "status", "number"}}},
	{ID: "route", Hidden: true, Min: 4, Max: 4, Effect: Writes, Result: "nil", English: "வழி method, path [, options] { }: declares a route; f is its body.",
		Params: []Param{{"முறை", "method", "text"}, {"பாதை", "path", "text"}, {"விருப்பங்கள்", "options", "record"}, {"f", "f", "function"}}},
	{ID: "every", Hidden: true, Min: 2, Max: 2, Effect: Writes, Result: "nil", English: "இடைவெளி seconds { }: declares a timer; f is its body.",
		Params: []Param{{"நொடிகள்", "seconds", "any"}, {"f", "f", "function"}}},
	{ID: "test", Hidden: true, Min: 3, Max: 3, Effect: Writes, Result: "nil", English: "சோதனை name { }: declares a test, or a benchmark; f is its body.",
		Params: []Param{{"பெயர்", "name", "text"}, {"அளவீடு", "bench", "bool"}, {"f", "f", "function"}}},
	{ID: "server_start", Hidden: true, Min: 2, Max: 2, Effect: Waits, Result: "nil", English: "வழங்கி_தொடங்கு host, port.",
		Params: []Param{{"புரவலன்", "host", "text"}, {"துறை", "port", "number"}}},
	{ID: "server_stop", Hidden: true, Effect: Waits, Result: "nil", English: "வழங்கி_நிறுத்து."},

	{ID: "pattern_list", Hidden: true, Min: 2, Max: 2, Effect: Writes, Result: "nil", English: "[a, b] = x: raises an error unless x is a list of that many items.",
		Params: []Param{{"x", "x", "any"}, {"எத்தனை", "count", "number"}}},
	{ID: "shape_has", Hidden: true, Min: 2, Max: 2, Effect: Pure, Result: "any", English: "Whether a record has a field; nil for what is no record.",
		Params: []Param{{"பொருள்", "record", "any"}, {"புலம்", "field", "text"}}},
	{ID: "shape_plain", Hidden: true, Min: 1, Max: 1, Effect: Pure, Result: "any", English: "A record of a shape as one without; anything else as it is.",
		Params: []Param{{"பொருள்", "record", "any"}}},
}
