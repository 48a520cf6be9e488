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
		ID: "respondFile", Spellings: []string{"பதில்_கோப்பு", "paqil_kOppu", "_respondFile", "paDil_kOppu"},
		Min: 3, Max: 3, Effect: Waits, Result: "result",
		Params:  []Param{{"நிலை", "status", "number"}, {"பாதை", "path", "text"}, {"தலைப்புகள்", "headers", "record"}},
		Tamil:   "கோரிக்கைக்குக் கோப்பையே பதிலாக்கும்; கோப்பு இல்லையேல் தோல்வி.",
		English: "Makes a file the answer to the request; a failure if there is none.",
		Example: "அச்சு தவறா(_respondFile(200, \"இல்லாத.pdf\", {}));\n",
		Output:  "true\n",
	},
}
