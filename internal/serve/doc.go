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
//	                                  │         └───> Spent ───> crew ─────────────┤
//	                                  └───────────── Resume, on the loop <─────────┘ Loop.Post
//
// A handler runs on the loop that has read its request. One that ends within its first
// slice of steps costs no goroutine, no lock and no allocation. One that waits leaves the
// loop. So does one that computes for longer: its fiber moves to a goroutine of the crew,
// which gives each of those a slice in turn, and comes home to wait, to end, and for every
// native of this package: they touch the request, its answer or the worker, which are the
// loop's (atHome). So what the loop does meanwhile, such as answering 504 and using the
// exchange for the next request, needs no lock: of a fiber that is away it may only ask
// that it end.
//
// A panic, in a native on either goroutine or in a task, costs the one request.
//
//	app.go       App: the program's life        request.go  what a request's members are
//	worker.go    one loop with its Machine      values.go   its parameters, query, headers …
//	job.go       a fiber and its turns          form.go     forms and their files
//	compute.go   those that compute for long    answer.go   what a handler's result means
//	call.go      one request                    render.go   values as bodies
//	timer.go     இடைவெளி                         header.go   the fields of an answer
//	bind.go      the natives                    problem.go  what an error means
//	pool.go      tasks that block               replay.go   the top level, run for each request
//	processors.go  what those that compute run on
//	local.go     clients in the same process    group.go    routes with something in common
//	target.go    which route a request is for   chain.go    middleware
//	options.go   what routes are told           store.go    what request.set keeps
//	body.go      bodies that come               collect.go  forms that come
//	upload.go    files of forms                 cookie.go   cookie(…)
//	admit.go     what a request meets first     send.go     the form in which a client gets an answer
//	policy.go    what answers are given         marks.go    what a handler's headers mean to us
//	security.go  lines that every answer has    ids.go      names of requests
//	depends.go   what /ready asks                file.go     files as answers, and folders of them
//	reload.go    another program in its place   stream.go    answers made while they are sent
//	socket.go    WebSockets
//	topic.go     topics, and who follows them
//
// # Limits
//
// Steps, memory and depth of a request are its Machine's; how long a handler may take,
// how many wait, how many compute for long, and how much all of these hold, are config's. What is beyond gets 503 or
// 504 and ends; see problem.go for the table of statuses.
package serve
