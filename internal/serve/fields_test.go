package serve

import (
	"strings"
	"testing"
)

const orders = `
வடிவம் முகவரி { சொல் நகரம் விதி 2..20 }
வடிவம் வரி_உருப்படி { சொல் பெயர், எண் அளவு = 1 விதி 1.. }
வடிவம் ஆணை {
    சொல் மின்னஞ்சல் விதி email,
    எண் வயது? விதி 18..120,
    முகவரி வசிப்பிடம்,
    அணி<வரி_உருப்படி> வரிகள் விதி 1..3
}

server.on("POST", "/order", செயல்(request) { திரும்பு request.json(ஆணை); });
server.on("POST", "/tamil", செயல்(request) { திரும்பு request.ஜேசான்(ஆணை).வரிகள்; });
server.on("POST", "/result", செயல்(request) { திரும்பு ஆணை(request.json()); });
server.on("POST", "/question", செயல்(request) { x = ஆணை(request.json())?; திரும்பு x.வயது; });
server.on("POST", "/caught", செயல்(request) {
    முயல் {
        திரும்பு request.json(ஆணை);
    } பிழை(e) {
        திரும்பு response(200, {code: e.code, first: e.details[0].field, n: நீளம்(e.details)});
    }
});
server.on("POST", "/own", செயல்(request) {
    எறி பிழை_ஆக்கு("conflict", "முரண்  (conflict)", [{field: "பெயர்", message: "taken"}, {"புலம்": "b", "குறியீடு": "x", "செய்தி": "அ", message: "a"}]);
});
server.on("POST", "/inside", செயல்(request) { x = முகவரி{நகரம்: request.body}; திரும்பு x; });
`

const goodOrder = `{"மின்னஞ்சல்":"a@b.in","வசிப்பிடம்":{"நகரம்":"மதுரை"},"வரிகள்":[{"பெயர்":"அரிசி"}]}`

// badOrder has one of each mistake.
const badOrder = `{"மின்னஞ்சல்":"a@b","வயது":17,"வசிப்பிடம்":{"நகரம்":"ம"},"வரிகள்":[{"பெயர்":"அரிசி"},{"அளவு":0},5],"கூடுதல்":1}`

var badFields = [2][]string{
	{
		`{"field":"மின்னஞ்சல்","code":"shape_rule","message":"ஆணை.மின்னஞ்சல் மின்னஞ்சல் முகவரியாக இருக்க வேண்டும்; கிடைத்தது \"a@b\""}`,
		`{"field":"வயது","code":"shape_rule","message":"ஆணை.வயது 18 முதல் 120 வரை இருக்க வேண்டும்; கிடைத்தது 17"}`,
		`{"field":"வசிப்பிடம்.நகரம்","code":"shape_rule","message":"ஆணை.வசிப்பிடம்.நகரம் இன் நீளம் 2 முதல் 20 வரை இருக்க வேண்டும்; கிடைத்தது 1"}`,
		`{"field":"வரிகள்[1].பெயர்","code":"shape_missing","message":"ஆணை.வரிகள்[1].பெயர் தரப்படவில்லை"}`,
		`{"field":"வரிகள்[1].அளவு","code":"shape_rule","message":"ஆணை.வரிகள்[1].அளவு குறைந்தது 1 ஆக இருக்க வேண்டும்; கிடைத்தது 0"}`,
		`{"field":"வரிகள்[2]","code":"shape_kind","message":"ஆணை.வரிகள்[2] வரி_உருப்படி ஆக இருக்க வேண்டும்; கிடைத்தது ஓர் எண்"}`,
		`{"field":"கூடுதல்","code":"shape_field","message":"வடிவம் ஆணை இல் 'கூடுதல்' என்ற புலம் இல்லை"}`,
	},
	{
		`{"field":"மின்னஞ்சல்","code":"shape_rule","message":"ஆணை.மின்னஞ்சல் must be an email address, got \"a@b\""}`,
		`{"field":"வயது","code":"shape_rule","message":"ஆணை.வயது must be from 18 to 120, got 17"}`,
		`{"field":"வசிப்பிடம்.நகரம்","code":"shape_rule","message":"the length of ஆணை.வசிப்பிடம்.நகரம் must be from 2 to 20, got 1"}`,
		`{"field":"வரிகள்[1].பெயர்","code":"shape_missing","message":"ஆணை.வரிகள்[1].பெயர் is missing"}`,
		`{"field":"வரிகள்[1].அளவு","code":"shape_rule","message":"ஆணை.வரிகள்[1].அளவு must be at least 1, got 0"}`,
		`{"field":"வரிகள்[2]","code":"shape_kind","message":"ஆணை.வரிகள்[2] must be வரி_உருப்படி, got a number"}`,
		`{"field":"கூடுதல்","code":"shape_field","message":"shape ஆணை has no field 'கூடுதல்'"}`,
	},
}

func TestBodiesThatBreakTheirShape(t *testing.T) {
	s := open(t, orders, settings{})
	for _, path := range []string{"/order", "/result"} {
		r := s.ask("POST", path, goodOrder)
		s.want(r, 200, `{"மின்னஞ்சல்":"a@b.in","வசிப்பிடம்":{"நகரம்":"மதுரை"},"வயது":null,"வரிகள்":[{"அளவு":1,"பெயர்":"அரிசி"}]}`)
	}
	s.want(s.ask("POST", "/tamil", goodOrder), 200, `[{"அளவு":1,"பெயர்":"அரிசி"}]`)
	for _, path := range []string{"/order", "/tamil", "/result", "/question"} {
		for accept, language := range map[string]int{"": 0, "ta-IN, en;q=0.5": 0, "en-US,en;q=0.9": 1, "fr": 0} {
			var header []string
			if accept != "" {
				header = []string{"Accept-Language: " + accept}
			}
			r := s.ask("POST", path, badOrder, header...)
			s.wantCode(r, 422, "invalid")
			if want := `"errors":[` + strings.Join(badFields[language], ",") + `]`; !strings.Contains(r.body, want) {
				t.Errorf("%s in %q:\n%s\nwant\n%s", path, accept, r.body, want)
			}
			if got := r.header.Get("Content-Language"); got != languages[language] || r.header.Get("Vary") != "Accept-Language" {
				t.Errorf("%s in %q: Content-Language %q, Vary %q", path, accept, got, r.header.Get("Vary"))
			}
			if one := [2]string{"(fields", "வடிவத்திற்குப்"}[language]; strings.Contains(r.body, one) {
				t.Errorf("%s in %q is in both languages: %s", path, accept, r.body)
			}
		}
		s.wantCode(s.ask("POST", path, "{"), 400, "bad_request")
		r := s.ask("POST", path, "[]")
		s.wantCode(r, 422, "invalid")
		if !strings.Contains(r.body, `"errors":[{"field":"","code":"shape_kind","message":"ஆணை ஒரு பொருள் ஆக இருக்க வேண்டும்; கிடைத்தது ஓர் அணி"}]`) {
			t.Errorf("%s: %s", path, r.body)
		}
	}
	s.want(s.ask("POST", "/caught", badOrder), 200, `{"code":"invalid","first":"மின்னஞ்சல்","n":7}`)

	r := s.ask("POST", "/own", "")
	s.wantCode(r, 409, "conflict")
	if !strings.Contains(r.body, `"error":"முரண்"`) || !strings.Contains(r.body, `"errors":[{"field":"பெயர்","message":"taken"},{"field":"b","code":"x","message":"அ"}]`) {
		t.Error(r.body)
	}
	// What a program itself makes wrongly is its own mistake, and nobody's business.
	r = s.ask("POST", "/inside", "x")
	s.wantCode(r, 500, "internal")
	if strings.Contains(r.body, "errors") || strings.Contains(r.body, "முகவரி") {
		t.Error(r.body)
	}
	many := `{"வரிகள்":[` + strings.Repeat("{},", 1000) + `{}]}`
	if r := s.ask("POST", "/order", many); r.status != 422 || strings.Count(r.body, `"field"`) != 256 {
		t.Errorf("%d with %d fields", r.status, strings.Count(r.body, `"field"`))
	}
}
