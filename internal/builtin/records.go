package builtin

// records are read by the names of their fields.
var records = []Spec{
	{
		ID: "hasField", Spellings: []string{"புலம்_உள்ளதா", "pulam_uLLaqA", "_hasField"},
		Min: 2, Max: 2, Effect: Pure, Result: "bool",
		Params:  []Param{{"பொருள்", "record", "record"}, {"புலம்", "key", "text"}},
		Tamil:   "பொருளில் அந்தப் புலம் உள்ளதா.",
		English: "Whether the record has that field.",
		Example: "அச்சு புலம்_உள்ளதா({a: 1}, \"a\");\n",
		Output:  "true\n",
	},
	{
		ID: "fieldOr", Spellings: []string{"புலம்_அல்லது", "pulam_allaqu", "_fieldOr"},
		Min: 3, Max: 3, Effect: Pure, Result: "any",
		Params:  []Param{{"பொருள்", "record", "record"}, {"புலம்", "key", "text"}, {"இயல்பு", "default", "any"}},
		Tamil:   "புலத்தின் மதிப்பு, இல்லையேல் இயல்பு.",
		English: "The field's value, or the default.",
		Example: "அச்சு புலம்_அல்லது({a: 1}, \"b\", 0);\n",
		Output:  "0\n",
	},
	{
		ID: "keys", Spellings: []string{"விசைகள்", "vicYkaL", "_keys"},
		Min: 1, Max: 1, Effect: Pure, Result: "list",
		Params:  []Param{{"பொருள்", "record", "record"}},
		Tamil:   "புலப் பெயர்கள், பைட்டு வரிசையில்.",
		English: "The names of the fields, in byte order.",
		Example: "அச்சு விசைகள்({b: 1, a: 2});\n",
		Output:  "[a, b]\n",
	},
	{
		ID: "values", Spellings: []string{"மதிப்புகள்", "maqippukaL", "_values"},
		Min: 1, Max: 1, Effect: Pure, Result: "list",
		Params:  []Param{{"பொருள்", "record", "record"}},
		Tamil:   "புலங்களின் மதிப்புகள், பெயர் வரிசையில்.",
		English: "The values of the fields, in the order of their names.",
		Example: "அச்சு மதிப்புகள்({b: 1, a: 2});\n",
		Output:  "[2, 1]\n",
	},
	{
		ID: "entries", Spellings: []string{"இணைகள்", "iNYkaL", "_entries"},
		Min: 1, Max: 1, Effect: Pure, Result: "list",
		Params:  []Param{{"பொருள்", "record", "record"}},
		Tamil:   "[பெயர், மதிப்பு] இணைகள், பெயர் வரிசையில்.",
		English: "Pairs of name and value, in the order of the names.",
		Example: "அச்சு இணைகள்({b: 1, a: 2});\n",
		Output:  "[[a, 2], [b, 1]]\n",
	},
	{
		ID: "removeField", Spellings: []string{"புலம்_நீக்கு", "pulam_nIkku", "_removeField"},
		Min: 2, Max: 2, Effect: Pure, Result: "record",
		Params:  []Param{{"பொருள்", "record", "record"}, {"புலம்", "key", "text"}},
		Tamil:   "அந்தப் புலம் இல்லாத புதிய பொருள்.",
		English: "A new record without that field.",
		Example: "அச்சு புலம்_நீக்கு({a: 1, b: 2}, \"a\");\n",
		Output:  "{b: 2}\n",
	},
}
