package light

// Elsewhere lists the builtins that package all leaves out, because the code behind them needs
// the state of a package that std does not know: the server's routes and requests, the
// pools of a database, the runner of tests. Whoever makes an image binds those too.
var Elsewhere = []string{
	// the database
	"pool_create", "query_async", "tryQuery", "tryExecute", "registerFunction",
	"db_connect", "db_disconnect", "db_query", "db_execute", "database",
	// the cache
	"cache", "redisConnect", "redisCommand", "redisClose",
	// the server, its requests and timers
	"response", "cookie", "respondFile", "saveUpload", "stream", "events", "topic",
	"response_set", "response_json", "route", "every", "server_start", "server_stop", "server", "server_create",
	"request_method", "request_path", "request_body", "query_params", "headers", "path_params",
	"request_fields", "request_files", "response_status", "response_body", "response_headers", "param", "file",
	// the test runner
	"test", "before", "after", "client",
}
