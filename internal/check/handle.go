package check

import (
	"strings"

	"etamil/internal/builtin"
	"etamil/internal/diag"
	"etamil/internal/source"
	"etamil/internal/syntax"
)

// handleMember finds the member that x.key is when x is a predeclared handle
// such as server, and reports one that doesn't exist. nil for anything else.
func (c *checker) handleMember(e *syntax.Field) *builtin.Member {
	h := c.handle(e.X)
	if h == nil {
		return nil
	}
	if m := h.Member(e.Key.Text); m != nil {
		return m
	}
	msg := c.soft(diag.HandleNoMember, e.Key.Span(), h.Spellings[0], e.Key.Text)
	if write := elsewhere(h, e.Key.Text); write != "" {
		msg.Note(source.Span{}, write+" என எழுதுக", "write "+write)
	} else if best, ok := diag.Nearest(e.Key.Text, h.MemberSpellings()); ok {
		msg.Suggest(best)
	}
	return nil
}

// elsewhere is what to write for what other frameworks call a member of the server, or "".
func elsewhere(h *builtin.Handle, name string) string {
	if h.Type != "server" {
		return ""
	}
	switch name {
	case "get", "post", "put", "delete", "patch", "head", "options":
		return `server.on("` + strings.ToUpper(name) + `", "/…", f)`
	case "listen":
		return `server.start("127.0.0.1:8080")`
	}
	return ""
}

// handle is the predeclared handle that x names, or nil. A function whose result is a
// handle, such as response, is none itself.
func (c *checker) handle(x syntax.Expr) *builtin.Handle {
	id, ok := x.(*syntax.Ident)
	if !ok {
		return nil
	}
	u := c.prog.Uses[id]
	if u == nil || u.Local != nil || u.Global != nil || u.Func != nil || u.Builtin == nil {
		return nil
	}
	if h := builtin.HandleOf(u.Builtin.Result); h != nil && len(h.Spellings) > 0 {
		return h
	}
	return nil
}

// startsServer notes a call of server.on, server.start …
func (c *checker) startsServer(f *syntax.Field) {
	if h := c.handle(f.X); h != nil && h.Type == "server" {
		c.prog.Serves = true
	}
}

// routePath checks the path of a route (grammar.md 3.1).
func (c *checker) routePath(p *syntax.String) {
	bad := func(tamil, english string) {
		c.errorf(diag.RoutePath, p.Span(), p.Value, diag.Both(tamil, english))
	}
	if !strings.HasPrefix(p.Value, "/") {
		bad("பாதை '/' இல் தொடங்க வேண்டும்", "a path begins with '/'")
		return
	}
	segments := strings.Split(p.Value[1:], "/")
	seen := map[string]bool{}
	for i, seg := range segments {
		rest, isRest := strings.CutPrefix(seg, "*")
		name, isParam := strings.CutPrefix(seg, ":")
		switch {
		case isRest && i < len(segments)-1:
			bad("'*' கடைசிப் பகுதியில் மட்டுமே வரலாம்", "'*' may stand in the last segment only")
			return
		case isRest:
			name = rest
		case !isParam:
			continue
		}
		if before, kind, typed := strings.Cut(name, "<"); typed {
			name = before
			if !strings.HasSuffix(kind, ">") || len(kind) < 2 {
				bad("வகை <எண்> போல எழுதப்பட வேண்டும்", "a type is written like <எண்>")
				return
			}
		}
		switch {
		case name == "":
			bad("':' அல்லது '*' க்குப் பின் ஒரு பெயர் வேண்டும்", "a name must follow ':' or '*'")
			return
		case seen[name]:
			bad("'"+name+"' இருமுறை வருகிறது", "'"+name+"' stands there twice")
			return
		}
		seen[name] = true
	}
}
