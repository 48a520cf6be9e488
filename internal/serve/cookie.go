package serve

import (
	"time"

	"etamil/http1"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// cookieOption is an option of cookie(name, value, options).
type cookieOption struct {
	names []string // Tamil first, romanised, English
	read  func(*http1.SetCookie, *vm.Fiber, *value.Value) error
}

func (o cookieOption) spellings() []string { return o.names }

var cookieOptions = []cookieOption{
	{[]string{"பாதை", "pAqY", "path"}, func(c *http1.SetCookie, f *vm.Fiber, v *value.Value) error { return readText(&c.Path, f, v) }},
	{[]string{"களம்", "kaLam", "domain"}, func(c *http1.SetCookie, f *vm.Fiber, v *value.Value) error { return readText(&c.Domain, f, v) }},
	{[]string{"ஆயுள்", "AyuL", "max_age"}, readMaxAge},
	{[]string{"பாதுகாப்பு", "pAqukAppu", "secure"}, func(c *http1.SetCookie, f *vm.Fiber, v *value.Value) error { return readBool(&c.Secure, f, v) }},
	{[]string{"வழங்கிக்கு_மட்டும்", "vazawkikku_mattum", "http_only"}, func(c *http1.SetCookie, f *vm.Fiber, v *value.Value) error { return readBool(&c.HTTPOnly, f, v) }},
	{[]string{"பிரிந்தது", "pirinqaqu", "partitioned"}, func(c *http1.SetCookie, f *vm.Fiber, v *value.Value) error { return readBool(&c.Partitioned, f, v) }},
	{[]string{"அதே_தளம்", "aqE_qaLam", "same_site"}, readSameSite},
}

// cookie is cookie(name, value, options): the value of a Set-Cookie header. What isn't
// said is as safe as it can be without keeping the cookie from ordinary links.
func cookie(f *vm.Fiber, args []value.Value) (value.Value, error) {
	c := http1.SetCookie{Path: "/", Secure: true, HTTPOnly: true, SameSite: http1.SameSiteLax}
	c.Name, c.Value = host.Copy(f, &args[0]), host.Copy(f, &args[1])
	if len(args) > 2 {
		err := host.Fields(f, &args[2], func(name string, v *value.Value) error {
			o, err := optionOf(cookieOptions, name, "cookie", "'%s' என்ற விருப்பம் நினைவிக்கு இல்லை", "a cookie has no option '%s'")
			if err != nil {
				return err
			}
			return o.read(&c, f, v)
		})
		if err != nil {
			return value.Nil, err
		}
	}
	line, err := c.AppendValue(nil)
	if err != nil {
		return value.Nil, badCookie(&c)
	}
	return f.Heap().NewTextBytes(line), nil
}

// badCookie says why a cookie can't be written: browsers would drop it, or take it for
// something else.
func badCookie(c *http1.SetCookie) error {
	plain := http1.SetCookie{Name: c.Name}
	if _, err := plain.AppendValue(nil); err != nil && !reservedPrefix(c.Name) {
		return host.Raise("cookie", "நினைவியின் பெயரில் கூடாத எழுத்து உள்ளது", "the name of a cookie has a character that it may not have")
	}
	plain = http1.SetCookie{Name: "a", Value: c.Value}
	if _, err := plain.AppendValue(nil); err != nil {
		return host.Raise("cookie", "நினைவியின் மதிப்பில் கூடாத எழுத்து உள்ளது; உரலி_ஆக்கு பயன்படுத்துக", "the value of a cookie has a character that it may not have: use _urlEncode")
	}
	plain = http1.SetCookie{Name: "a", Path: c.Path, Domain: c.Domain}
	if _, err := plain.AppendValue(nil); err != nil {
		return host.Raise("cookie", "நினைவியின் பாதையிலோ களத்திலோ கூடாத எழுத்து உள்ளது", "the path or domain of a cookie has a character that it may not have")
	}
	return host.Raise("cookie",
		"உலாவிகள் இதை ஏற்கா: same_site None, partitioned, __Secure- க்கு secure வேண்டும்; __Host- க்கு path \"/\" உம் வேண்டும், domain கூடாது",
		"browsers would drop it: same_site None, partitioned and __Secure- need secure; __Host- also needs path \"/\" and no domain")
}

func reservedPrefix(name string) bool {
	plain := http1.SetCookie{Name: name, Secure: true, Path: "/"}
	_, err := plain.AppendValue(nil)
	return err == nil
}

func readText(to *string, f *vm.Fiber, v *value.Value) error {
	if !v.IsText() {
		return host.Need(f, "ஓர் உரை", "text", v)
	}
	*to = v.Clone()
	return nil
}

func readBool(to *bool, f *vm.Fiber, v *value.Value) error {
	if !v.IsBool() {
		return host.Need(f, "மெய் அல்லது பொய்", "true or false", v)
	}
	*to = v.Truth()
	return nil
}

// longestCookie is how long browsers keep a cookie at most (RFC 6265bis, 5.5).
const longestCookie = 400 * 24 * time.Hour

// readMaxAge reads a time; 0 and less forget the cookie.
func readMaxAge(c *http1.SetCookie, f *vm.Fiber, v *value.Value) error {
	d, err := host.Duration(f, v)
	if err != nil {
		return err
	}
	if c.MaxAge = int(min(d, longestCookie) / time.Second); c.MaxAge <= 0 {
		c.MaxAge = -1
	}
	return nil
}

func readSameSite(c *http1.SetCookie, f *vm.Fiber, v *value.Value) error {
	switch host.Text(f, v) {
	case "Lax":
		c.SameSite = http1.SameSiteLax
	case "Strict":
		c.SameSite = http1.SameSiteStrict
	case "None":
		c.SameSite = http1.SameSiteNone
	default:
		return host.Raise("cookie", "same_site என்பது Lax, Strict, None ஆகியவற்றில் ஒன்று", "same_site is Lax, Strict or None")
	}
	return nil
}
