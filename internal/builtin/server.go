package builtin

// serving answers HTTP requests.
var serving = []Spec{
	{
		ID: "response", Spellings: []string{"பதில்", "paqil", "_response", "response", "paDil"},
		Min: 1, Max: 3, Effect: Pure, Result: "response",
		Params:  []Param{{"நிலை", "status", "number"}, {"உடல்", "body", "any"}, {"தலைப்புகள்", "headers", "record"}},
		Tamil:   "கையாளும் செயல் திருப்பித் தரத்தக்க HTTP பதில்.",
		English: "An HTTP answer for a handler to return.",
		Example: "server.on(\"GET\", \"/\", செயல்(request) {\n    திரும்பு பதில்(200, {\"வணக்கம்\": \"உலகம்\"});\n});\nஅச்சு \"வழி பதிந்தது\";\n",
		Output:  "வழி பதிந்தது\n",
	},
	{
		ID: "cookie", Spellings: []string{"நினைவி", "niZYvi", "_cookie", "cookie"},
		Min: 2, Max: 3, Effect: Pure, Result: "text",
		Params:  []Param{{"பெயர்", "name", "text"}, {"மதிப்பு", "value", "text"}, {"விருப்பங்கள்", "options", "record"}},
		Tamil:   "Set-Cookie தலைப்புக்கான மதிப்பு: path \"/\", secure, http_only, same_site \"Lax\" என்பவை இயல்பு; max_age (விநாடிகள்), domain, partitioned என்பவையும் விருப்பங்கள். மதிப்பில் இடைவெளியோ தமிழ் எழுத்தோ இருந்தால் உரலி_ஆக்கு தேவை.",
		English: "The value of a Set-Cookie header: with path \"/\", secure, http_only and same_site \"Lax\" unless the options say otherwise; they can also say max_age (seconds), domain and partitioned. A value with spaces or Tamil letters needs _urlEncode.",
		Example: "அச்சு நினைவி(\"sid\", \"a1b2\", {max_age: 3600});\nஅச்சு நினைவி(\"tema\", \"iruL\", {secure: பொய், http_only: பொய், same_site: \"Strict\", path: \"/kadai\"});\n",
		Output:  "sid=a1b2; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax\ntema=iruL; Path=/kadai; SameSite=Strict\n",
	},
	{
		ID: "file", Spellings: []string{"கோப்பாக", "kOppAka", "_file", "file"},
		Min: 1, Max: 2, Effect: Waits, Result: "response",
		Params:  []Param{{"பாதை", "path", "text"}, {"தலைப்புகள்", "headers", "record"}},
		Tamil:   "கோப்பையே உடலாகக் கொண்ட பதில்: வகை, ETag, Last-Modified, பகுதிகள் உண்டு; நினைவகத்தில் படிக்கப்படாது. இல்லையேல் not_found.",
		English: "An answer whose body is a file: with its type, ETag, Last-Modified and parts; it is not read into memory. An error not_found if there is none.",
		Example: "செயல் ரசீது(கோரிக்கை) {\n    திரும்பு கோப்பாக(\"raciqu.pdf\", {\"Content-Disposition\": \"attachment\"});\n}\nமுயல் {\n    ரசீது(இன்மை);\n} பிழை(e) {\n    அச்சு e.குறியீடு;\n}\n",
		Output:  "not_found\n",
	},
	{
		ID: "stream", Spellings: []string{"ஓடை", "OtY", "_stream", "stream"},
		Min: 2, Max: 3, Effect: Pure, Result: "response",
		Params:  []Param{{"நிலை", "status", "number"}, {"f", "f", "function"}, {"தலைப்புகள்", "headers", "record"}},
		Tamil:   "அனுப்பும்போதே ஆக்கப்படும் பதில்: f(out) இயங்கி out.எழுது(…) ஆல் அனுப்பும்; பெறுபவர் வேகத்திற்கு ஏற்பக் காத்திருக்கும்.",
		English: "An answer that is made while it is sent: f(out) runs and sends with out.write(…), waiting for the client's pace.",
		Example: "செயல் எண்கள்(out) {\n    ஒவ்வொரு i இல் வீச்சு(1, 3) { out.write(f\"{i}\\n\"); }\n}\nserver.on(\"GET\", \"/eNkaL\", செயல்() { திரும்பு ஓடை(200, எண்கள்); });\nஅச்சு \"வழி பதிந்தது\";\n",
		Output:  "வழி பதிந்தது\n",
	},
	{
		ID: "events", Spellings: []string{"நிகழ்வுகள்", "nikazvukaL", "_events", "events"},
		Min: 1, Max: 2, Effect: Pure, Result: "response",
		Params:  []Param{{"f", "f", "function"}, {"தலைப்புகள்", "headers", "record"}},
		Tamil:   "நிகழ்வுகளின் ஓடை (server-sent events): f(out) இயங்கி out.அனுப்பு(…) ஆல் அனுப்பும்; அமைதியில் இதயத்துடிப்பு போகும்.",
		English: "A stream of server-sent events: f(out) runs and sends with out.send(…); a heartbeat goes out while it is silent.",
		Example: "server.on(\"GET\", \"/neram\", செயல்() {\n    திரும்பு நிகழ்வுகள்(செயல்(out) {\n        out.send({id: 1, event: \"neram\", data: {மணி: 10}});\n    });\n});\nஅச்சு \"வழி பதிந்தது\";\n",
		Output:  "வழி பதிந்தது\n",
	},
	{
		ID: "respondFile", Spellings: []string{"பதில்_கோப்பு", "paqil_kOppu", "_respondFile", "paDil_kOppu"},
		Min: 3, Max: 3, Effect: Waits, Result: "result",
		Params:  []Param{{"நிலை", "status", "number"}, {"பாதை", "path", "text"}, {"தலைப்புகள்", "headers", "record"}},
		Tamil:   "கோரிக்கைக்குக் கோப்பையே பதிலாக்கும்; கோப்பு இல்லையேல் தோல்வி.",
		English: "Makes a file the answer to the request; a failure if there is none.",
		Example: "அச்சு தவறா(_respondFile(200, \"இல்லாத.pdf\", {}));\n",
		Output:  "true\n",
	},
}
