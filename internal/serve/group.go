package serve

import (
	"errors"
	"fmt"
	"strings"

	"etamil/internal/diag"
	"etamil/internal/route"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// group is routes with a prefix, options and middleware in common. The server itself is
// one, in which all others are.
type group struct {
	app     *App
	parent  *group // nil for the server
	prefix  string
	options routeOptions
	uses    []middleware
}

// middleware is a function that requests pass through on their way to a handler.
type middleware struct {
	fn     value.Value
	frozen *value.Frozen // keeps fn's captures
	name   string        // of the function, for messages
	number int           // of server.use, in the whole program
}

// chain is what requests of the group's routes pass through, outermost first.
func (g *group) chain() []middleware {
	if g == nil {
		return nil
	}
	above := g.parent.chain()
	return append(above[:len(above):len(above)], g.uses...)
}

// groupOf is what a handle of the server or of a group names.
func (b *Binding) groupOf(f *vm.Fiber, v value.Value) *group {
	if g, ok := f.HandleOf(v, b.group).(*group); ok {
		return g
	}
	return f.HandleOf(v, b.server).(*App).root
}

// routing are the members of the server and of groups, by their IDs in internal/builtin.
func (b *Binding) routing(id string) vm.Native {
	return map[string]vm.Native{"on": b.groupOn, "use": b.groupUse, "group": b.groupGroup, "files": b.groupFiles, "socket": b.groupSocket}[id]
}

// groupOn is server.on(method, path, f, options).
func (b *Binding) groupOn(f *vm.Fiber, args []value.Value) (value.Value, error) {
	options := value.Nil
	if len(args) > 4 {
		options = args[4]
	}
	return b.groupOf(f, args[0]).add(f, &args[1], &args[2], &options, &args[3], false)
}

// groupUse is server.use(f).
func (b *Binding) groupUse(f *vm.Fiber, args []value.Value) (value.Value, error) {
	a, err := appOf(f)
	if err != nil {
		return value.Nil, err
	}
	fn := &args[1]
	p, err := functionOf(f, fn)
	if err != nil {
		return value.Nil, err
	}
	if p.min > 2 || p.max < 2 {
		return value.Nil, host.Raise("middleware",
			fmt.Sprintf("'%s' இடையில் வர இரண்டு அளவுருக்கள் வேண்டும்: (request, next); உள்ளவை %d", p.name, p.max),
			fmt.Sprintf("'%s' must take (request, next) to be middleware; it takes %d", p.name, p.max))
	}
	g := b.groupOf(f, args[0])
	if p.anonymous {
		p.name += " (" + place(f) + ")"
	}
	if r := replayOf(f); r != nil {
		return value.Nil, r.declareUse(f, a, p.name, fn)
	}
	m := middleware{name: p.name, number: len(a.uses)}
	m.fn, m.frozen = f.Freeze(*fn)
	g.uses = append(g.uses, m)
	a.uses = append(a.uses, m.name)
	return value.Nil, nil
}

// groupGroup is server.group(prefix, options).
func (b *Binding) groupGroup(f *vm.Fiber, args []value.Value) (value.Value, error) {
	if _, err := appOf(f); err != nil {
		return value.Nil, err
	}
	if !args[1].IsText() {
		return value.Nil, host.Need(f, "முன்னொட்டாக ஓர் உரை", "text as the prefix", &args[1])
	}
	prefix := args[1].Clone()
	if prefix != "" && (prefix[0] != '/' || strings.HasSuffix(prefix, "/")) {
		return value.Nil, host.Raise("route",
			fmt.Sprintf("முன்னொட்டு %q '/' இல் தொடங்கி, '/' இல் முடியாதிருக்க வேண்டும்", prefix),
			fmt.Sprintf("the prefix %q must begin with '/' and not end with it", prefix))
	}
	above := b.groupOf(f, args[0])
	g := &group{app: above.app, parent: above, prefix: above.prefix + prefix, options: above.options}
	if len(args) > 2 {
		if err := g.options.read(f, &args[2]); err != nil {
			return value.Nil, err
		}
	}
	return f.NewHandle(b.group, g), nil
}

// add adds a route of the group.
func (g *group) add(f *vm.Fiber, method, path, options, fn *value.Value, block bool) (value.Value, error) {
	a, err := appOf(f)
	if err != nil {
		return value.Nil, err
	}
	h := handler{block: block, group: g, options: g.options}
	if err := h.options.read(f, options); err != nil {
		return value.Nil, err
	}
	if h.request, err = takesRequest(f, fn); err != nil {
		return value.Nil, err
	}
	name := strings.ToUpper(host.Copy(f, method))
	if !isToken(name) {
		return value.Nil, host.Raise("route", fmt.Sprintf("%q ஒரு HTTP முறை அல்ல", name), fmt.Sprintf("%q is no HTTP method", name))
	}
	pattern := g.prefix + host.Copy(f, path)
	if r := replayOf(f); r != nil {
		return value.Nil, r.declareRoute(f, a, name, pattern, fn)
	}
	if err := a.table.Add(name, pattern, place(f)); err != nil {
		var e *route.Error
		if !errors.As(err, &e) {
			return value.Nil, err
		}
		return value.Nil, host.Raise("route", e.Tamil, e.English)
	}
	h.fn, h.frozen = f.Freeze(*fn)
	a.handlers = append(a.handlers, h)
	return value.Nil, nil
}

// takesRequest reports whether a handler takes the request, or nothing.
func takesRequest(f *vm.Fiber, fn *value.Value) (bool, error) {
	p, err := functionOf(f, fn)
	if err != nil {
		return false, err
	}
	if p.min > 1 {
		return false, vm.Fail(diag.RunArity, p.name, fmt.Sprint(p.min), "1")
	}
	return p.max > 0, nil
}
