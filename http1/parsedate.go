package http1

// ParseDate reads a date in any of the three forms of RFC 9110, 5.6.7, and
// returns seconds since 1970 UTC:
//
//	Sun, 06 Nov 1994 08:49:37 GMT    IMF-fixdate, as AppendDate writes it
//	Sunday, 06-Nov-94 08:49:37 GMT   RFC 850; years 70 to 99 are in the 1900s
//	Sun Nov  6 08:49:37 1994         asctime
//
// The day of the week is not checked against the date. A leap second is read
// as the one after it. It doesn't allocate.
func ParseDate(s []byte) (unix int64, ok bool) {
	switch {
	case len(s) == DateLen && s[3] == ',':
		// ---, dd Mon yyyy hh:mm:ss GMT
		if !fits(s, "???, dd ??? dddd dd:dd:dd GMT") {
			return 0, false
		}
		return makeDate(number(s[12:16]), s[8:11], number(s[5:7]), s[17:25])
	case len(s) == len("Sun Nov  6 08:49:37 1994") && s[3] == ' ':
		if !fits(s, "??? ??? _d dd:dd:dd dddd") {
			return 0, false
		}
		return makeDate(number(s[20:24]), s[4:7], number(s[8:10]), s[11:19])
	}
	day, rest := cutByte(s, ',')
	if len(day) < len("Monday") || len(day) > len("Wednesday") || !fits(rest, " dd-???-dd dd:dd:dd GMT") {
		return 0, false
	}
	year := number(rest[8:10]) + 1900
	if year < 1970 {
		year += 100
	}
	return makeDate(year, rest[4:7], number(rest[1:3]), rest[11:19])
}

// fits compares s with a shape in which d is a digit, _ a digit or space, ?
// any byte, and anything else itself.
func fits(s []byte, shape string) bool {
	if len(s) != len(shape) {
		return false
	}
	for i := range len(shape) {
		switch c := s[i]; shape[i] {
		case 'd':
			if !isDigit(c) {
				return false
			}
		case '_':
			if !isDigit(c) && c != ' ' {
				return false
			}
		case '?':
		default:
			if c != shape[i] {
				return false
			}
		}
	}
	return true
}

// number reads digits; a space counts as 0.
func number(s []byte) (n int) {
	for _, c := range s {
		n = n * 10
		if c != ' ' {
			n += int(c - '0')
		}
	}
	return n
}

// makeDate puts the parts together; clock is hh:mm:ss.
func makeDate(year int, monthName []byte, day int, clock []byte) (unix int64, ok bool) {
	month := 0
	for month < 12 && months[month*3:month*3+3] != string(monthName) {
		month++
	}
	hour, minute, second := number(clock[0:2]), number(clock[3:5]), number(clock[6:8])
	if month == 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 60 {
		return 0, false
	}
	// Howard Hinnant's days_from_civil, the inverse of what AppendDate does.
	y, m := year, month-2 // from March
	if m < 0 {
		y, m = y-1, m+12
	}
	era := y / 400
	if y < 0 {
		era = -1 // the first two months of the year 0
	}
	yearOfEra := y - era*400
	dayOfYear := (153*m+2)/5 + day - 1
	dayOfEra := yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear
	days := int64(era)*146097 + int64(dayOfEra) - 719468
	return days*86400 + int64(hour*3600+minute*60+second), true
}

// daysIn returns how many days a month has; 0 is January.
func daysIn(year, month int) int {
	switch month {
	case 1:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 3, 5, 8, 10:
		return 30
	}
	return 31
}
