package http1

// Quality is a weight in thousandths: 1000 for "q=1" or none, 0 for "not
// acceptable" (RFC 9110, 12.4.2).
type Quality int

// AcceptsCoding returns the weight that an Accept-Encoding field gives to a
// content coding, in any case: that of its name, or else of "*". "identity"
// is acceptable unless it is refused. header is the field's value, nil without
// one: then any coding would be allowed (RFC 9110, 12.5.3), but clients that
// don't say what they can decode mostly can't, so only identity is accepted.
func AcceptsCoding(header []byte, coding string) Quality {
	named, star := Quality(-1), Quality(-1)
	for item, rest := nextItem(header); item != nil; item, rest = nextItem(rest) {
		name, q := weigh(item)
		switch {
		case equalFold(name, coding) || coding == "gzip" && equalFold(name, "x-gzip"):
			named = max(named, q)
		case string(name) == "*":
			star = max(star, q)
		}
	}
	switch {
	case named >= 0:
		return named
	case star >= 0:
		return star
	case coding == "identity":
		return 1000
	}
	return 0
}

// ChooseType returns which of the offered media types an Accept field likes
// best, or -1 if none is acceptable. Of equals the first offered wins. header
// is the field's value; nil accepts everything. The most specific range that
// matches an offer decides its weight: "text/html" before "text/*" before
// "*/*". Parameters other than q are not compared.
func ChooseType(header []byte, offers ...string) int {
	best, bestQ := -1, Quality(0)
	for i, offer := range offers {
		q, specific := Quality(0), -1
		if header == nil {
			q = 1000
		}
		for item, rest := nextItem(header); item != nil; item, rest = nextItem(rest) {
			name, weight := weigh(item)
			if s := matchType(name, offer); s > specific {
				q, specific = weight, s
			} else if s == specific && s >= 0 {
				q = max(q, weight)
			}
		}
		if q > bestQ {
			best, bestQ = i, q
		}
	}
	return best
}

// matchType returns how specific the range is that takes in the media type:
// 0 for */*, 1 for type/*, 2 for the type itself, and -1 if it doesn't.
func matchType(name []byte, media string) int {
	n := len(name)
	switch {
	case string(name) == "*/*":
		return 0
	case n >= 2 && string(name[n-2:]) == "/*":
		if len(media) >= n-1 && equalFold(name[:n-1], media[:n-1]) {
			return 1
		}
	case equalFold(name, media):
		return 2
	}
	return -1
}

// ChooseLanguage returns which of the offered languages an Accept-Language field likes
// best, or -1 if none is acceptable. Offers are primary tags in lower case; a range for
// them ("ta-IN" for "ta") counts as one for the language itself (RFC 4647, 3.4), and "*"
// is for those that no range names. Of equals the first offered wins. header is the
// field's value; nil accepts everything.
func ChooseLanguage(header []byte, offers ...string) int {
	best, bestQ := -1, Quality(0)
	for i, offer := range offers {
		named, star := Quality(-1), Quality(0)
		if header == nil {
			star = 1000
		}
		for item, rest := nextItem(header); item != nil; item, rest = nextItem(rest) {
			tag, q := weigh(item)
			primary, _ := cutByte(tag, '-')
			switch {
			case equalFold(primary, offer):
				named = max(named, q)
			case string(tag) == "*":
				star = max(star, q)
			}
		}
		if named < 0 {
			named = star
		}
		if named > bestQ {
			best, bestQ = i, named
		}
	}
	return best
}

// nextItem returns the first item of a list that isn't empty, and what
// follows it; nil at the end. Commas in quoted strings don't separate.
func nextItem(list []byte) (item, rest []byte) {
	for len(list) > 0 {
		end, quoted := 0, false
		for ; end < len(list); end++ {
			c := list[end]
			if c == '"' {
				quoted = !quoted
			} else if c == '\\' && quoted {
				end++
			} else if c == ',' && !quoted {
				break
			}
		}
		end = min(end, len(list))
		item, rest = trim(list[:end]), nil
		if end < len(list) {
			rest = list[end+1:]
		}
		if len(item) > 0 {
			return item, rest
		}
		list = rest
	}
	return nil, nil
}

// weigh splits an item into what it names and its weight. A malformed weight
// counts as none: 1000.
func weigh(item []byte) (name []byte, q Quality) {
	name, rest := cutByte(item, ';')
	name, q = trim(name), 1000
	for rest != nil {
		var parameter []byte
		parameter, rest = cutByte(rest, ';')
		parameter = trim(parameter)
		if len(parameter) > 2 && lower(parameter[0]) == 'q' && parameter[1] == '=' {
			if w, ok := parseQuality(parameter[2:]); ok {
				q = w
			}
		}
	}
	return name, q
}

// parseQuality reads "0", "1", or either with up to three decimals, at most 1.
func parseQuality(s []byte) (q Quality, ok bool) {
	if len(s) == 0 || len(s) > 5 || s[0] != '0' && s[0] != '1' || len(s) > 1 && s[1] != '.' {
		return 0, false
	}
	q = Quality(s[0]-'0') * 1000
	for i, unit := 2, Quality(100); i < len(s); i, unit = i+1, unit/10 {
		if !isDigit(s[i]) {
			return 0, false
		}
		q += Quality(s[i]-'0') * unit
	}
	return q, q <= 1000
}
