package builtin

// variables are the names that every program has though nobody assigns them. A
// program that assigns one has its own variable instead.
var variables = []Spec{
	{ID: "nil", Spellings: []string{"nil"}, Hidden: true, Variable: true, Effect: Pure, Result: "nil",
		Tamil: "இன்மை.", English: "Nothing, as இன்மை."},
	{ID: "true", Spellings: []string{"true"}, Hidden: true, Variable: true, Effect: Pure, Result: "bool",
		Tamil: "மெய்.", English: "True, as மெய்."},
	{ID: "false", Spellings: []string{"false"}, Hidden: true, Variable: true, Effect: Pure, Result: "bool",
		Tamil: "பொய்.", English: "False, as பொய்."},
	{ID: "server", Spellings: []string{"வழங்கி", "vazawki", "server"}, Hidden: true, Variable: true, Effect: Pure, Result: "server",
		Tamil: "இந்த நிரலின் HTTP வழங்கி.", English: "The HTTP server of this program."},
	{ID: "database", Spellings: []string{"குறி", "kuRi", "database"}, Hidden: true, Variable: true, Effect: Pure, Result: "database",
		Tamil: "இயல்பான தரவுதளம்.", English: "The default database."},
	{ID: "client", Spellings: []string{"வாங்கி", "vAwki", "client"}, Hidden: true, Variable: true, Effect: Pure, Result: "client",
		Tamil: "சோதனையில், நிரலிடம் கேட்கும் HTTP வாங்கி.", English: "In a test, the HTTP client that asks the program."},
	{ID: "SIGTERM", Spellings: []string{"SIGTERM"}, Hidden: true, Variable: true, Effect: Pure, Result: "text",
		Tamil: "நிறுத்தச் சொல்லும் குறிகை.", English: "The signal that asks a program to end."},
	{ID: "SIGINT", Spellings: []string{"SIGINT"}, Hidden: true, Variable: true, Effect: Pure, Result: "text",
		Tamil: "விசைப்பலகையின் Ctrl+C.", English: "Ctrl+C on the keyboard."},
	{ID: "SIGHUP", Spellings: []string{"SIGHUP"}, Hidden: true, Variable: true, Effect: Pure, Result: "text",
		Tamil: "முனையம் மூடப்பட்டது, அல்லது மீண்டும் படிக்கச் சொல்வது.", English: "The terminal is gone, or somebody asks to read settings again."},

	{ID: "request_method", Spellings: []string{"request_method"}, Hidden: true, Variable: true, Effect: Reads, Result: "text",
		Tamil: "கோரிக்கையின் முறை: GET, POST …", English: "The request's method: GET, POST …"},
	{ID: "request_path", Spellings: []string{"request_path"}, Hidden: true, Variable: true, Effect: Reads, Result: "text",
		Tamil: "கோரிக்கையின் பாதை.", English: "The request's path."},
	{ID: "request_body", Spellings: []string{"request_body"}, Hidden: true, Variable: true, Effect: Reads, Result: "text",
		Tamil: "கோரிக்கையின் உடல், சொல்லாக.", English: "The request's body as text."},
	{ID: "query_params", Spellings: []string{"query_params"}, Hidden: true, Variable: true, Effect: Reads, Result: "record",
		Tamil: "பாதையில் ? க்குப் பின் வந்தவை.", English: "What stands after the ? of the path."},
	{ID: "headers", Spellings: []string{"headers"}, Hidden: true, Variable: true, Effect: Reads, Result: "record",
		Tamil: "தலைப்புகள்; பெயர்கள் சிறிய எழுத்தில்.", English: "The headers, names in lower case."},
	{ID: "path_params", Spellings: []string{"path_params"}, Hidden: true, Variable: true, Effect: Reads, Result: "record",
		Tamil: "பாதையின் :பெயர் பகுதிகள்.", English: "The :name parts of the path."},
	{ID: "request_fields", Spellings: []string{"request_fields"}, Hidden: true, Variable: true, Effect: Reads, Result: "record",
		Tamil: "படிவத்தின் புலங்கள்.", English: "The fields of a form."},
	{ID: "request_files", Spellings: []string{"request_files"}, Hidden: true, Variable: true, Effect: Reads, Result: "list",
		Tamil: "படிவத்துடன் வந்த கோப்புகள்: {குறியீடு, பெயர், கோப்புப்_பெயர், வகை, அளவு}.", English: "The files of a form: {குறியீடு (index), பெயர் (field), கோப்புப்_பெயர் (file name), வகை (type), அளவு (size)}."},
	{ID: "response_status", Spellings: []string{"response_status"}, Hidden: true, Variable: true, Effect: Reads, Result: "any",
		Tamil: "இதுவரை சொன்ன பதிலின் நிலை.", English: "The status of the answer given so far."},
	{ID: "response_body", Spellings: []string{"response_body"}, Hidden: true, Variable: true, Effect: Reads, Result: "any",
		Tamil: "இதுவரை சொன்ன பதிலின் உடல்.", English: "The body of the answer given so far."},
	{ID: "response_headers", Spellings: []string{"response_headers"}, Hidden: true, Variable: true, Effect: Reads, Result: "any",
		Tamil: "இதுவரை சொன்ன பதிலின் தலைப்புகள், இல்லையேல் இன்மை.", English: "The headers of the answer given so far, or nil."},

	// param_id: read with what follows param_ as its argument. It has no
	// spelling of its own; the checker knows the names from the routes.
	{ID: "param", Hidden: true, Variable: true, Min: 1, Max: 1, Effect: Reads, Result: "any",
		Tamil: "பாதையின் அந்தப் பகுதி.", English: "That part of the path.",
		Params: []Param{{"பெயர்", "name", "text"}}},
}
