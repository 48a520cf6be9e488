package http1

// DateLen is how long the text is that AppendDate appends.
const DateLen = len("Sun, 06 Nov 1994 08:49:37 GMT")

const (
	weekdays = "ThuFriSatSunMonTueWed" // 1 January 1970 was a Thursday
	months   = "JanFebMarAprMayJunJulAugSepOctNovDec"
)

// AppendDate appends seconds since 1970 UTC as an IMF-fixdate (RFC 9110,
// 5.6.7), for the years 1 to 9999; other times get the nearest of them. It
// doesn't allocate. A server makes it once a second and hands it to every
// [Response].
func AppendDate(dst []byte, unix int64) []byte {
	const first, last = -62135596800, 253402300799 // 0001-01-01, 9999-12-31
	unix = min(max(unix, first), last)
	days := unix / 86400
	if unix%86400 < 0 {
		days--
	}
	second := int(unix - days*86400)

	// Howard Hinnant's civil_from_days: years begin in March, so that the
	// leap day is a year's last, in eras of 400 years.
	era := days + 719468
	era, dayOfEra := era/146097, era%146097
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/146096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	month := (5*dayOfYear + 2) / 153 // from March
	day := int(dayOfYear - (153*month+2)/5 + 1)
	year := int(yearOfEra + era*400)
	if month < 10 {
		month += 2
	} else {
		month -= 10
		year++
	}

	weekday := (days%7 + 7) % 7 * 3
	dst = append(dst, weekdays[weekday:weekday+3]...)
	dst = append(dst, ',', ' ')
	dst = appendTwo(dst, day)
	dst = append(dst, ' ')
	dst = append(dst, months[month*3:month*3+3]...)
	dst = append(dst, ' ')
	dst = appendTwo(dst, year/100)
	dst = appendTwo(dst, year%100)
	dst = append(dst, ' ')
	dst = appendTwo(dst, second/3600)
	dst = append(dst, ':')
	dst = appendTwo(dst, second/60%60)
	dst = append(dst, ':')
	dst = appendTwo(dst, second%60)
	return append(dst, " GMT"...)
}

func appendTwo(dst []byte, n int) []byte {
	return append(dst, byte('0'+n/10), byte('0'+n%10))
}
