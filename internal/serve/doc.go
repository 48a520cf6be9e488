// Package serve answers HTTP requests with a program: it joins loop, which knows
// requests as bytes, to vm, which knows functions.
//
//	l := vm.NewLinker()
//	all.Bind(l)                 // what programs need anyway
//	b := serve.Bind(l)          // server, request, response, routes and timers
//	img, err := l.Link(code)
//	err = serve.New(b, img, serve.Options{Config: cfg, Listen: true}).Run(ctx)
//
// # A program's life
//
// The top level runs once, on the goroutine of Run with a Machine of its own, and may
// wait. Meanwhile `வழி`, `இடைவெளி` and server.on collect routes and timers. At the first
// server.start, or at the top level's end, its names are frozen and the loops start,
// each with a Machine that sees the frozen names. server.start waits until Shutdown has
// drained the loops; then the top level goes on to its end, and Run returns.
//
// A program that declares nothing of all this is itself the handler of "/", and runs
// whole for every request.
//
// # A request's life
//
//	loop ──> App.Serve ──> route ──> fiber ──> Run ──> Done ─────> answer
//	                                  │         ├───> Failed ───> problem, one line in the log
//	                                  │         ├───> Waiting ──> pool or Starter ─┐
//	                                  │         └───> Spent ───────────────────────┤
//	                                  └───────────── Resume or Run, on the loop <──┘ Loop.Post
//
// A handler runs on the loop that has read its request. One that ends within its first
// slice of steps costs no goroutine, no lock and no allocation. One that computes for
// longer goes on a slice at a time through the loop's inbox, so its neighbours get
// their turns; one that waits leaves the loop altogether.
//
//	app.go       App: the program's life        request.go  what a request's members are
//	worker.go    one loop with its Machine      values.go   its parameters, query, headers …
//	job.go       a fiber and its turns          form.go     forms and their files
//	call.go      one request                    answer.go   what a handler's result means
//	timer.go     இடைவெளி                         render.go   values as bodies
//	bind.go      the natives                    header.go   the fields of an answer
//	local.go     clients in the same process
//	pool.go      tasks that block               problem.go  what an error means
//
// # Limits
//
// Steps, memory and depth of a request are its Machine's; how long a handler may take,
// how many wait and how many compute for long are config's. What is beyond gets 503 or
// 504 and ends; see problem.go for the table of statuses.
package serve
