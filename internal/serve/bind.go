package serve

import (
	"fmt"
	"strings"
	"time"

	"etamil/internal/builtin"
	"etamil/internal/diag"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// Binding is what Bind has bound: New needs it.
type Binding struct{ server, group, request, session, upload, values, file, stream, events, socket, topic, channel, pieces uint32 }

// Bind binds the builtins that answer requests, and the members of server and request.
// It binds some that packages of std bind too, so it comes after them. All of them touch
// what belongs to a loop, so all are vm.AtHome.
func Bind(l *vm.Linker) *Binding {
	b := &Binding{server: l.Type("server"), group: l.Type("group"), request: l.Type("request"), session: l.Type("session"), upload: l.Type("upload"), values: l.Type("values"), file: l.Type("file"), stream: l.Type("stream"), events: l.Type("events"), socket: l.Type("socket"), topic: l.Type("topic"), channel: l.Type("channel"), pieces: l.Type("pieces")}
	bindMembers(l, "server", b.serverMember)
	bindMembers(l, "group", b.routing)
	bindMembers(l, "request", func(id string) vm.Native {
		if get := requestMembers[id]; get != nil {
			return b.member(get)
		}
		return nil
	})
	// json takes a shape, which is a function: so it is written in eTamil.
	l.Method("request", "_json", 0, 0, vm.AtHome(b.member(requestMembers["json"])))
	for _, name := range builtin.HandleOf("request").Member("json").Spellings {
		l.MethodFunc("request", name, "requestJSON_2")
	}
	b.bindChain(l)
	l.Method("request", "_socket", 0, 0, vm.AtHome(b.member(requestSocket)))
	bindMembers(l, "socket", func(id string) vm.Native { return b.socketMember(socketMembers[id]) })
	bindMembers(l, "topic", func(id string) vm.Native { return b.topicMember(topicMembers[id]) })
	bindMembers(l, "stream", func(string) vm.Native {
		return b.streamMember(func(b *Binding) uint32 { return b.stream }, (*streaming).write)
	})
	bindMembers(l, "events", func(id string) vm.Native {
		return b.streamMember(func(b *Binding) uint32 { return b.events }, eventMembers[id])
	})
	bindMembers(l, "pieces", func(string) vm.Native { return b.receivePiece(value.Nil) })
	l.Method("pieces", vm.WalkName, 0, 0, vm.AtHome(b.receivePiece(value.Undef)))
	l.Method("socket", vm.WalkName, 0, 0, vm.AtHome(b.socketMember((*socket).walk)))
	l.Method("request", "_file", 0, 0, vm.AtHome(b.member(folderFile)))
	bindMembers(l, "upload", b.uploadMember)
	bindMembers(l, "session", b.sessionMember)
	bindMembers(l, "values", func(id string) vm.Native {
		return map[string]vm.Native{"get": b.valuesGet, "all": b.valuesAll}[id]
	})
	for name, get := range variables {
		l.Bind(name, 0, 0, vm.AtHome(variable(name, get)))
	}
	natives := []host.Native{
		{ID: "server", Run: server},
		{ID: "server_create", Run: server},
		{ID: "param", Min: 1, Max: 1, Run: param},
		{ID: "response", Min: 1, Max: 3, Run: response},
		{ID: "file", Min: 1, Max: 2, Run: b.fileResponse},
		{ID: "stream", Min: 2, Max: 3, Run: streamResponse},
		{ID: "events", Min: 1, Max: 2, Run: eventsResponse},
		{ID: "topic", Min: 1, Max: 1, Run: b.topicOf},
		{ID: "cookie", Min: 2, Max: 3, Run: cookie},
		{ID: "response_set", Min: 3, Max: 3, Run: responseSet},
		{ID: "response_json", Min: 1, Max: 2, Run: responseJSON},
		{ID: "respondFile", Min: 3, Max: 3, Run: respondFile},
		{ID: "saveUpload", Min: 2, Max: 2, Run: saveUpload},
		{ID: "route", Min: 4, Max: 4, Run: routeBlock},
		{ID: "every", Min: 2, Max: 2, Run: every},
		{ID: "server_start", Min: 2, Max: 2, Run: serverStartAt},
		{ID: "server_stop", Run: serverStop},
	}
	for i := range natives {
		natives[i].Run = vm.AtHome(natives[i].Run)
	}
	host.Bind(l, natives)
	return b
}

// bindMembers binds the members of a kind of handle, in all their spellings, to what
// native answers for their IDs; they run on the fiber's own loop. One that isn't declared in internal/builtin, or that has
// no native, is a bug that a test finds.
func bindMembers(l *vm.Linker, typ string, native func(id string) vm.Native) {
	for _, m := range builtin.HandleOf(typ).Members {
		run := native(m.ID)
		if run == nil {
			continue
		}
		run = vm.AtHome(run)
		for _, name := range m.Spellings {
			if m.Method {
				l.Method(typ, name, m.Min, m.Max, run)
			} else {
				l.Property(typ, name, run)
			}
		}
	}
}

// serverMember is the code of a member of the server.
func (b *Binding) serverMember(id string) vm.Native {
	switch id {
	case "start":
		return b.serverStart
	case "run":
		return serverRun
	case "drain_connections":
		return serverEnd(false)
	case "close":
		return serverEnd(true)
	}
	return b.routing(id)
}

// appOf is the App whose top level a fiber runs, at the start or again (replayOf); an error when it is too late, or when
// the program isn't run by an App.
func appOf(f *vm.Fiber) (*App, error) {
	w, ok := f.Machine().Data.(*worker)
	switch {
	case !ok:
		return nil, host.Raise("no_server", "இங்கு வழங்கி இல்லை; etamil serve ஆல் இயக்குக", "there is no server here; run it with etamil serve")
	case replayOf(f) != nil:
		return w.app, nil
	case w.loop != nil || w.app.began:
		return nil, host.Raise("started", "வழங்கி தொடங்கிய பின் இது முடியாது", "the server has started: it is too late for this")
	}
	return w.app, nil
}

// server is the predeclared name.
func server(f *vm.Fiber, _ []value.Value) (value.Value, error) {
	w, ok := f.Machine().Data.(*worker)
	if !ok {
		return value.Nil, host.Raise("no_server", "இங்கு வழங்கி இல்லை; etamil serve ஆல் இயக்குக", "there is no server here; run it with etamil serve")
	}
	return w.app.server, nil
}

// routeBlock is `வழி method, path, options { }`.
func routeBlock(f *vm.Fiber, args []value.Value) (value.Value, error) {
	a, err := appOf(f)
	if err != nil {
		return value.Nil, err
	}
	return a.root.add(f, &args[0], &args[1], &args[2], &args[3], true)
}

// place is where the program declares something, for messages.
func place(f *vm.Fiber) string {
	p := f.Place()
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

func isToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return s != ""
}

// serverStart is server.start(address): it freezes the program's names and waits until
// the server has been stopped.
func (b *Binding) serverStart(f *vm.Fiber, args []value.Value) (value.Value, error) {
	addr := ""
	if len(args) > 1 {
		addr = host.Copy(f, &args[1])
	}
	return start(f, addr)
}

// serverStartAt is `வழங்கி_தொடங்கு host, port`.
func serverStartAt(f *vm.Fiber, args []value.Value) (value.Value, error) {
	return start(f, host.Copy(f, &args[0])+":"+host.Copy(f, &args[1]))
}

func start(f *vm.Fiber, addr string) (value.Value, error) {
	w, ok := f.Machine().Data.(*worker)
	if ok && w.loop == nil && w.app.began && !w.app.listening() {
		return f.Wait(&starting{a: w.app, addr: addr}) // the first try has failed
	}
	a, err := appOf(f)
	if err != nil {
		return value.Nil, err
	}
	if replayOf(f) != nil {
		return f.Wait(replayed{})
	}
	a.freeze(f)
	if a.aside {
		return value.Nil, nil // Begin serves
	}
	return f.Wait(&starting{a: a, addr: addr})
}

// serverStop is `வழங்கி_நிறுத்து`: what is in work, this request too, ends as it should.
func serverStop(f *vm.Fiber, _ []value.Value) (value.Value, error) {
	w, ok := f.Machine().Data.(*worker)
	if !ok {
		_, err := appOf(f)
		return value.Nil, err
	}
	if g := w.app; g.first != g && !g.isAttached() {
		return value.Nil, nil // it serves nothing yet, and others are none of its business
	}
	go w.app.first.Shutdown()
	return value.Nil, nil
}

// every is `இடைவெளி seconds { }`.
func every(f *vm.Fiber, args []value.Value) (value.Value, error) {
	a, err := appOf(f)
	if err != nil {
		return value.Nil, err
	}
	gap, err := host.Duration(f, &args[0])
	if err != nil {
		return value.Nil, err
	}
	if gap < time.Millisecond {
		return value.Nil, host.Raise("argument", "இடைவெளி பூஜ்ஜியத்தை விடப் பெரியதாக இருக்க வேண்டும்", "the gap of a timer must be more than 0")
	}
	if r := replayOf(f); r != nil {
		return value.Nil, r.declareTimer(f, a, &args[1])
	}
	t := &timer{gap: gap, place: place(f), token: newToken(), number: len(a.timers)}
	t.fn, t.frozen = f.Freeze(args[1])
	a.timers = append(a.timers, t)
	return value.Nil, nil
}

// param is a name param_x of a வழி block.
func param(f *vm.Fiber, args []value.Value) (value.Value, error) {
	name := host.Text(f, &args[0])
	c, err := callOf(f, "param_"+name)
	if err != nil {
		return value.Nil, err
	}
	v, ok := c.param(f, name)
	if !ok {
		return value.Nil, vm.Fail(diag.RunUndefinedVariable, "param_"+name)
	}
	return v, nil
}

// response is response(status, body, headers).
func response(f *vm.Fiber, args []value.Value) (value.Value, error) {
	if _, ok := statusCode(&args[0]); !ok {
		return value.Nil, badStatus(f, &args[0])
	}
	fields := [3]value.Value{args[0], value.Nil, value.Nil}
	for i := 1; i < len(args); i++ {
		fields[i] = host.Keep(&args[i])
	}
	if h := &fields[responseHeaders]; !h.IsNil() && !h.IsRecord() {
		return value.Nil, host.Need(f, "தலைப்புகளாக ஒரு பொருள்", "a record of headers", h)
	}
	return f.Heap().NewRecord(responseClass(), fields[:]), nil
}

// responseSet is `பதில் status, body, headers;`: what it says is kept as it will be
// sent, so that what the program changes afterwards doesn't matter.
func responseSet(f *vm.Fiber, args []value.Value) (value.Value, error) {
	status, ok := statusCode(&args[0])
	if !ok {
		return value.Nil, badStatus(f, &args[0])
	}
	if noRequest(f) {
		sayAside(f, status, host.Copy(f, &args[1]), args[2])
		return value.Nil, nil
	}
	c, err := callOf(f, "பதில்")
	if err != nil {
		return value.Nil, err
	}
	fields, content, err := c.w.appendHeaders(c.said.fields[:0], f, &args[2])
	if err != nil {
		return value.Nil, err
	}
	c.content = append(c.content[:0], content...) // out of the fiber's memory, which may move
	next := said{status: status, fields: fields, content: view(c.content)}
	if c.handler.chain != nil {
		next.asValue = true
		f.Hold(heldSaid, host.Keep(&args[1]))
	} else if body, frozen, _ := uncopied(&args[1]); frozen {
		next.body, next.frozen = body, true
	} else if !args[1].IsNil() {
		var late *rendering
		if _, next.body, late, err = render(c.text[:0], f, &args[1]); err != nil {
			return value.Nil, err
		}
		c.text = next.body
		if late != nil {
			late.said = next
			return f.Wait(late)
		}
	}
	c.said = next
	return value.Nil, nil
}

// responseJSON is `ஜேசான்_உரை text, status;`: the text is JSON already.
func responseJSON(f *vm.Fiber, args []value.Value) (value.Value, error) {
	status := 200
	if len(args) > 1 {
		var ok bool
		if status, ok = statusCode(&args[1]); !ok {
			return value.Nil, badStatus(f, &args[1])
		}
	}
	if !args[0].IsText() {
		return value.Nil, host.Need(f, "ஜேசான் உரை", "text that is JSON", &args[0])
	}
	if noRequest(f) {
		sayAside(f, status, args[0].Clone(), value.Nil)
		return value.Nil, nil
	}
	c, err := callOf(f, "ஜேசான்_உரை")
	if err != nil {
		return value.Nil, err
	}
	c.text = append(c.text[:0], args[0].Str()...)
	c.said = said{status: status, body: c.text, fields: c.said.fields[:0], content: typeJSON}
	return value.Nil, nil
}

// saidHeaders is what response_headers reads: the fields that `பதில்` has said.
func saidHeaders(f *vm.Fiber, c *call) (value.Value, error) {
	if c.said.status == 0 || len(c.said.fields) == 0 && c.said.content == "" {
		return value.Nil, nil
	}
	h := f.Heap()
	r := h.NewRecordSize(0)
	setLines(f, &r, c.said.fields)
	if c.said.content != "" {
		h.SetField(&r, h.NewText("Content-Type"), textOfString(f, c.said.content), true)
	}
	return r, nil
}

// setLines gives a record what header lines say; of several with one name it is a list.
func setLines(f *vm.Fiber, r *value.Value, lines []byte) {
	h := f.Heap()
	for line := range strings.SplitSeq(view(lines), "\r\n") {
		name, v, ok := strings.Cut(line, ": ")
		if !ok {
			continue
		}
		x := textOfString(f, v)
		if before, ok := r.Field(name); ok {
			list := *before
			if !list.IsList() {
				list = h.NewListOf([]value.Value{*before})
			}
			h.Append(&list, x)
			x = list
		}
		h.SetField(r, textOfString(f, name), x, true)
	}
}
