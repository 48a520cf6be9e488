package serve

import (
	"etamil/http1"
	"etamil/internal/diag"
	"etamil/internal/value"
	"etamil/vm"
)

// languages are those in which clients can be told what is wrong with a body; the first
// is for those that don't say.
var languages = [...]string{"ta", "en"}

// language is the one of languages that the client likes best, by its number.
func (c *call) language() int {
	header, ok := c.x.Req.Lookup("Accept-Language")
	if !ok {
		return 0
	}
	return max(0, http1.ChooseLanguage(header, languages[:]...))
}

// asksLanguage reports whether the client says which language it likes.
func (c *call) asksLanguage() bool {
	_, ok := c.x.Req.Lookup("Accept-Language")
	return ok
}

// inLanguage is a message in one language, if it is told in both: Tamil, two spaces,
// English in parentheses.
func inLanguage(message string, language int) string {
	tamil, english, ok := diag.Halves(message)
	switch {
	case !ok:
		return message
	case language == 0:
		return tamil
	}
	return english
}

// titles are the statuses that we answer with, in Tamil.
var titles = [...]string{
	400: "தவறான கோரிக்கை", 401: "அடையாளம் தேவை", 403: "அனுமதி இல்லை", 404: "இல்லை", 405: "இந்த முறை இங்கு இல்லை",
	406: "ஏற்கும் வடிவம் இல்லை", 408: "கோரிக்கை வர நேரமாயிற்று", 409: "முரண்பாடு", 410: "இனி இல்லை", 411: "நீளம் தேவை",
	412: "நிபந்தனை பொருந்தவில்லை", 413: "மிகப் பெரிய உடல்", 414: "மிக நீண்ட முகவரி", 415: "ஏற்காத வகை", 416: "அந்தப் பகுதி இல்லை",
	417: "எதிர்பார்ப்பு நிறைவேறாது", 422: "செயலாக்க முடியாத உள்ளடக்கம்", 428: "நிபந்தனை தேவை", 429: "மிகப் பல கோரிக்கைகள்",
	431: "மிகப் பெரிய தலைப்புகள்", 500: "வழங்கியின் உட்பிழை", 501: "இந்த முறை இல்லை", 502: "பின்வழங்கியின் தவறான பதில்",
	503: "இப்போது இயலாது", 504: "நேரம் முடிந்தது", 505: "இந்த HTTP பதிப்பு இல்லை",
}

// titleOf is a status in words.
func titleOf(status, language int) string {
	if language == 0 && status < len(titles) && titles[status] != "" {
		return titles[status]
	}
	return http1.ReasonOf(status)
}

// appendFieldErrors appends a member of an object that has others: errors.
func appendFieldErrors(dst []byte, wrong []vm.FieldError, language int) []byte {
	dst = append(dst, `,"errors":[`...)
	for i := range wrong {
		e := &wrong[i]
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"field":`...)
		dst = value.AppendQuoted(dst, e.Field)
		if e.Code != "" {
			dst = append(dst, `,"code":`...)
			dst = value.AppendQuoted(dst, e.Code)
		}
		dst = append(dst, `,"message":`...)
		if language == 0 {
			dst = value.AppendQuoted(dst, e.Tamil)
		} else {
			dst = value.AppendQuoted(dst, e.English)
		}
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func appendLanguage(dst []byte, language int) []byte {
	dst = append(dst, "Content-Language: "...)
	dst = append(dst, languages[language]...)
	return append(dst, "\r\nVary: Accept-Language\r\n"...)
}
