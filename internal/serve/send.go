package serve

import (
	"etamil/http1"
	"etamil/internal/compress"
	"etamil/internal/etag"
	"etamil/loop"
)

// outgoing is an answer on its way out.
//
//	send ──> conditions ──> parts ──> coding ──> write ──> loop
//	          304, 412     206, 416   gzip …      the lines that every answer has
//	reply ───────────────────────────────────────^
type outgoing struct {
	status  int
	content string // Content-Type, checked: one of ours or what appendFields has passed
	fields  []byte // the handler's, whole lines
	body    []byte
	owned   bool       // body was made for this answer
	frozen  bool       // body is a frozen value's, which never changes
	file    *loop.File // in place of body
	stream  *streaming // in place of body
	marks   marks

	tag    []byte          // the entity tag of the whole body, strong or weak as it is without a coding
	made   bool            // tag is ours: no line says it yet
	coding compress.Coding // of the body
	varies bool            // another request could get another coding
	part   []byte          // a Content-Range line
}

// send answers with what the program says. body may be the worker's, or the call's, or
// a value's.
func (c *call) send(status int, content string, fields, body []byte, frozen bool) {
	w := c.w
	o := &w.out
	*o = outgoing{status: status, content: content, fields: fields, body: body, owned: c.late != nil && !frozen, frozen: frozen}
	if len(fields) > 0 {
		o.marks = w.app.answers.scan(fields)
	}
	if c.keepUnder != "" {
		c.keepAnswer(o)
	}
	switch c.negotiate(o) {
	case late:
		return
	case refused:
		return
	}
	c.write(o)
	w.body = kept(w.body)
}

// reply answers with what is ours and can't be refused. fields and body may be the
// worker's.
func (c *call) reply(status int, content string, fields, body []byte) {
	w := c.w
	o := &w.out
	*o = outgoing{status: status, content: content, fields: fields, body: body}
	o.marks.said = c.w.app.answers.scan(fields).said
	c.write(o)
	w.fixed, w.body = kept(fields), kept(body)
}

// verdict is what negotiate has come to.
type verdict uint8

const (
	ready   verdict = iota
	late            // something is done elsewhere first; then send is called again
	refused         // another answer was given instead
)

// tagMin is the size from which a body gets a tag, in bytes: a 304 is hardly shorter than
// an answer with less, and whoever asks for one sends as much more.
const tagMin = 256

// negotiate finds the form in which this client gets the answer, if it gets it at all.
func (c *call) negotiate(o *outgoing) verdict {
	w, r, p := c.w, &c.x.Req, c.policy
	m := &o.marks
	if o.file != nil {
		return c.negotiateFile(o)
	}
	if !http1.HasBody(o.status) || len(o.body) == 0 && o.status != 200 {
		return ready
	}
	readable := o.status == 200 && (r.Method == http1.MethodGet || r.Method == http1.MethodHead)
	makeTag := readable && p.etag && m.etag == nil && !m.noStore && !m.noRanges && len(o.body) >= tagMin
	if p.compress && !m.encoded && !m.noTransform && o.status != 206 && len(o.body) >= w.app.answers.compressMin && compress.Worth(o.content) {
		o.varies = true
		accepts, _ := r.Lookup("Accept-Encoding")
		o.coding = compress.Choose(accepts)
	}
	var packed []byte
	hash, known := uint64(0), false
	if makeTag && o.frozen {
		hash, known = w.hashes.of(o.body)
	}
	switch {
	case !makeTag && o.coding == compress.Identity:
	case known && o.coding == compress.Identity:
		w.tag, o.made = etag.Append(w.tag[:0], hash), true
	case len(o.body) > inlineBytes:
		if c.late == nil || !c.late.finished {
			c.finishLate(o, makeTag)
			return late
		}
		packed = c.late.packed
		if makeTag {
			w.tag, o.made = w.tagOf(o, c.late.hash), true
		}
	case known:
		w.tag, o.made = etag.Append(w.tag[:0], hash), true
	case makeTag:
		w.tag, o.made = w.tagOf(o, etag.Hash(o.body)), true
	}
	if o.tag = m.etag; o.made {
		o.tag = w.tag
	}
	if readable && (o.tag != nil || m.modified != 0 || m.ranges) { // else there is nothing to ask about
		if v := c.conditions(o, asksOf(r)); v != ready || o.status != 200 {
			return v
		}
	}
	if o.coding == compress.Identity {
		return ready
	}
	if packed == nil {
		w.packed = w.encoder.Append(w.packed[:0], o.body, o.coding)
		packed = w.packed
	}
	if len(packed) < len(o.body) {
		o.body, o.frozen, o.owned = packed, false, c.late != nil
	} else {
		o.coding = compress.Identity
	}
	return ready
}

// conditions judges what a GET asks about the answer's tag and date, and for which part.
func (c *call) conditions(o *outgoing, asked asks) verdict {
	r, m := &c.x.Req, &o.marks
	if asked.condition && (o.tag != nil || m.modified != 0) {
		switch http1.Precondition(r, true, o.tag, m.modified) {
		case 304:
			o.status, o.content = 304, ""
			o.drop()
			return ready
		case 412:
			c.problem(412, "", "")
			return refused
		}
	}
	if !asked.part || m.noRanges || o.tag == nil && m.modified == 0 && !m.ranges {
		return ready
	}
	w := c.w
	size := o.size()
	first, length, status := http1.Range(r, o.tag, m.modified, size)
	if status == 200 {
		return ready
	}
	w.part = append(http1.AppendContentRange(append(w.part[:0], "Content-Range: "...), first, length, size), "\r\n"...)
	if status == 416 {
		c.problemWith(416, "", "", w.part, nil)
		return refused
	}
	o.status, o.part = 206, w.part
	o.cut(first, length)
	o.coding = compress.Identity // the part is one of the body as it is
	return ready
}

// finishLate has the rest of a large answer's work done while the loop goes on.
func (c *call) finishLate(o *outgoing, hash bool) {
	if c.late == nil {
		c.late = &rendering{body: o.body, content: o.content}
		c.w.body = nil // it may be this one
	}
	l := c.late
	l.finish, l.done = true, false
	l.hashes, l.coding, l.packers = hash, o.coding, &c.w.app.answers.packers
}

// write sends an answer with the lines that every answer has.
func (c *call) write(o *outgoing) {
	w, a, p := c.w, &c.w.app.answers, c.policy
	m := &o.marks
	head := a.security.append(w.head[:0], m.said)
	if a.ids && !m.id {
		head = append(head, "X-Request-Id: "...)
		head = append(append(head, c.id[:c.idLen]...), "\r\n"...)
	}
	if p.cors != nil && !m.cors {
		origin, _ := c.x.Req.Lookup("Origin")
		head = p.cors.AppendAnswer(head, origin)
	}
	if c.limited {
		head = p.limit.AppendFields(head, c.verdict)
	}
	switch {
	case o.made:
		head = append(append(append(head, o.tagLine()...), o.tag...), "\r\n"...)
		head = append(head, o.fields...)
	case o.coding != compress.Identity && len(m.etag) > 0 && m.etag[0] == '"':
		// The handler's tag names other bytes than those we send: weaken it.
		at := cap(o.fields) - cap(m.etag)
		head = append(append(append(head, o.fields[:at]...), "W/"...), o.fields[at:]...)
	default:
		head = append(head, o.fields...)
	}
	if h := c.handler; h != nil && h.options.keep != nil {
		head = append(head, h.options.keep.line...)
	}
	if o.varies {
		head = append(head, "Vary: Accept-Encoding\r\n"...)
	}
	if o.coding != compress.Identity && o.status != 304 {
		head = append(append(append(head, "Content-Encoding: "...), o.coding.String()...), "\r\n"...)
	}
	head = append(head, o.part...)
	if c.session != nil {
		head = append(head, c.session.lines...)
	}
	if o.content != "" {
		// Here and not as Response.ContentType, which would be looked through once more.
		head = append(append(append(head, "Content-Type: "...), o.content...), "\r\n"...)
	}
	w.head = kept(head)
	w.res = http1.Response{Status: o.status, Fixed: head}
	if a.logged > 0 && o.status >= a.logged {
		c.access(o)
	}
	if w.counts != nil {
		c.counted(o.status)
	}
	if o.stream != nil {
		if err := c.startStream(o); err != nil {
			panic(err) // as below
		}
		return
	}
	var err error
	switch {
	case o.file != nil:
		err = c.x.ReplyFile(&w.res, o.file)
	case o.frozen:
		err = c.x.ReplyShared(&w.res, o.body)
	case o.owned:
		err = c.x.ReplyOwned(&w.res, o.body)
	default:
		err = c.x.Reply(&w.res, o.body)
	}
	if err != nil {
		panic(err) // the status and all lines were checked where they came from
	}
	c.finished()
	if o.owned {
		o.body = nil // not to be kept by us
	}
}

// tagLine begins the line of a tag of ours, which is weak beside a coding.
func (o *outgoing) tagLine() string {
	if o.coding != compress.Identity {
		return "ETag: W/"
	}
	return "ETag: "
}
