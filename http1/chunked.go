package http1

// decodeChunks is Decode for chunked bodies (RFC 9112, 7.1):
//
//	chunk = 1*HEXDIG [ chunk-ext ] CRLF  data CRLF
//	last  = 1*"0"    [ chunk-ext ] CRLF  trailers CRLF
//	ext   = *( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] )
//
// The extensions mean nothing to us, but they are read by their grammar:
// skipping to "the line end" is where servers have disagreed.
func (b *Body) decodeChunks(dst, src []byte) ([]byte, int, *Error) {
	i := 0
	for i < len(src) {
		switch b.state {
		case bodyData:
			n := int(min(b.left, int64(len(src)-i)))
			dst = append(dst, src[i:i+n]...)
			i += n
			if b.left -= int64(n); b.left == 0 {
				b.state = bodyDataCR
			}
		case bodyDataCR:
			if src[i] != '\r' {
				return dst, i, ErrChunkEnd
			}
			i++
			b.state = bodyDataLF
		case bodyDataLF:
			if src[i] != '\n' {
				return dst, i, ErrChunkEnd
			}
			i++
			b.beginLine()
		case bodyTrailer:
			n, err := b.readTrailers(src[i:])
			return dst, i + n, err
		default:
			if err := b.sizeByte(src[i]); err != nil {
				return dst, i, err
			}
			i++
		}
	}
	return dst, i, nil
}

func (b *Body) beginLine() {
	b.state, b.size, b.digits, b.line = bodySize, 0, 0, 0
}

// sizeDigitsMax is how many digits a chunk size may have, leading zeros
// included: enough for 64 bits.
const sizeDigitsMax = 16

// sizeByte takes the next byte of a chunk-size line.
func (b *Body) sizeByte(c byte) *Error {
	if b.line++; b.line > b.lim.ChunkLine {
		return ErrChunkLine
	}
	if b.state == bodySize {
		if classHex.has(c) {
			if b.digits++; b.digits > sizeDigitsMax {
				return ErrChunkSize
			}
			// A size beyond the limit can't wait for the line's end: the
			// next digit might shift it out of 64 bits.
			if b.size = b.size<<4 | uint64(unhex(c)); b.size > uint64(int64(b.lim.BodyBytes)-b.total) {
				return ErrBodyTooLarge
			}
			return nil
		}
		if b.digits == 0 {
			return ErrChunkSize
		}
	}
	if b.state == bodySizeLF {
		if c != '\n' {
			return ErrLineEnd
		}
		b.endLine()
		return nil
	}
	if c != '\r' {
		if b.extra++; b.extra > b.lim.ChunkExtra {
			return ErrChunkLine
		}
	}
	next := b.nextInLine(c)
	if next == bodyDone {
		if c == '\n' {
			return ErrLineEnd
		}
		if b.state == bodySize || b.state == bodySizeSpace {
			return ErrChunkSize
		}
		return ErrChunkExtension
	}
	b.state = next
	return nil
}

// nextInLine returns the state after c in the part of a chunk line that
// follows the digits; bodyDone stands for a byte that can't be there.
func (b *Body) nextInLine(c byte) bodyState {
	space := c == ' ' || c == '\t'
	switch b.state {
	case bodySize:
		switch {
		case c == '\r':
			return bodySizeLF
		case c == ';':
			return bodyExt
		case space:
			return bodySizeSpace
		}
	case bodySizeSpace, bodyExtValueSpace:
		switch {
		case c == ';':
			return bodyExt
		case space:
			return b.state
		}
	case bodyExt:
		switch {
		case space:
			return bodyExt
		case classToken.has(c):
			return bodyExtName
		}
	case bodyExtName:
		switch {
		case classToken.has(c):
			return bodyExtName
		case c == '\r':
			return bodySizeLF
		case c == ';':
			return bodyExt
		case c == '=':
			return bodyExtEqual
		case space:
			return bodyExtNameSpace
		}
	case bodyExtNameSpace:
		switch {
		case space:
			return bodyExtNameSpace
		case c == '=':
			return bodyExtEqual
		case c == ';':
			return bodyExt
		}
	case bodyExtEqual:
		switch {
		case space:
			return bodyExtEqual
		case c == '"':
			return bodyExtQuoted
		case classToken.has(c):
			return bodyExtToken
		}
	case bodyExtToken:
		if classToken.has(c) {
			return bodyExtToken
		}
		return afterValue(c, space)
	case bodyExtQuoted:
		switch {
		case c == '"':
			return bodyExtQuotedEnd
		case c == '\\':
			return bodyExtEscape
		case classQuoted.has(c):
			return bodyExtQuoted
		}
	case bodyExtEscape:
		if classValue.has(c) {
			return bodyExtQuoted
		}
	case bodyExtQuotedEnd:
		return afterValue(c, space)
	}
	return bodyDone
}

// afterValue returns the state after c behind an extension's value.
func afterValue(c byte, space bool) bodyState {
	switch {
	case c == '\r':
		return bodySizeLF
	case c == ';':
		return bodyExt
	case space:
		return bodyExtValueSpace
	}
	return bodyDone
}

// endLine goes on with the chunk's data, or after the last chunk with the
// trailers.
func (b *Body) endLine() {
	if b.size == 0 {
		b.state, b.line = bodyTrailer, 0
		return
	}
	b.total += int64(b.size)
	b.left, b.state = int64(b.size), bodyData
}

// readTrailers gathers the trailer section, because its lines may be cut
// anywhere and outlive src, until the empty line that ends the body. It
// returns how many bytes of src belong to it.
//
// b.line is where the line begins that isn't complete yet.
func (b *Body) readTrailers(src []byte) (n int, err *Error) {
	// Nearly always there are none.
	if len(b.trailer) == 0 && b.lim.TrailerBytes >= 2 && len(src) >= 2 && src[0] == '\r' && src[1] == '\n' {
		b.state = bodyDone
		return 2, nil
	}
	had := len(b.trailer)
	most := min(len(src), b.lim.TrailerBytes-had)
	b.trailer = append(b.trailer, src[:most]...)
	t := b.trailer
	for {
		if b.line == len(t) {
			break
		}
		if t[b.line] == '\r' {
			if b.line+1 == len(t) {
				break
			}
			if t[b.line+1] != '\n' {
				return 0, ErrLineEnd
			}
			b.state = bodyDone
			b.trailer = t[:b.line]
			return b.line + 2 - had, b.keepTrailers()
		}
		_, eol, err := fieldLine(t, b.line, had, b.lim.FieldName)
		if err != nil {
			return 0, err
		}
		if eol == 0 {
			break
		}
		b.line = eol + 2
	}
	if most < len(src) {
		return 0, ErrTrailerTooLarge
	}
	return len(src), nil
}

// keepTrailers fills fields from the whole lines in b.trailer.
func (b *Body) keepTrailers() *Error {
	for i := 0; i < len(b.trailer); {
		colon, eol, _ := fieldLine(b.trailer, i, 0, b.lim.FieldName)
		f := Field{Name: b.trailer[i:colon], Value: trim(b.trailer[colon+1 : eol])}
		if !forbiddenTrailer(f.Name) {
			if len(b.fields) == b.lim.HeaderCount {
				return ErrTooManyFields
			}
			b.fields = append(b.fields, f)
		}
		i = eol + 2
	}
	return nil
}
