package tasks_test

import (
	"strings"
	"testing"

	"etamil/internal/builtin"
	"etamil/internal/script/scripttest"
	"etamil/internal/std/tasks"
	"etamil/vm"
)

// programs print what stands behind them, with and without the optimiser; ! code says by
// what error they end.
var programs = []struct{ name, program, want string }{
	{"await", `பணி f(a, b) { திரும்பு [a, b]; } த = தொடங்கு f(1, "இரண்டு"); அச்சு காத்திரு த; அச்சு காத்திரு த; அச்சு த.done();`, "[1, இரண்டு]\n[1, இரண்டு]\ntrue"},
	{"await of no task", `பணி f() { திரும்பு 5; } அச்சு காத்திரு f(); x = [1]; y = காத்திரு x; y[0] = 2; அச்சு x;`, "5\n[1]"},
	{"words with parentheses", `செயல் f(x) { திரும்பு x + 1; } த = தொடங்கு(f(1)); அச்சு காத்திரு(த); அச்சு (await த) + 1;`, "2\n3"},
	{"blocks", `எண் n = 3; த = தொடங்கு { திரும்பு n * 2; }; அச்சு காத்திரு த; ப = async { திரும்பு 7; }; அச்சு காத்திரு ப;`, "6\n7"},
	{"a task runs when its starter waits", `பணி f() { அச்சு "பணி"; } த = தொடங்கு f(); அச்சு "முதலில்"; காத்திரு த;`, "முதலில்\nபணி"},
	{"arguments are evaluated at once", `செயல் n(x) { அச்சு x; திரும்பு x; } பணி f(x) { அச்சு "f"; } த = தொடங்கு f(n(1)); அச்சு 2; காத்திரு த;`, "1\n2\nf"},
	{"many, one after the other", `பணி f(a) { திரும்பு [a]; } s = 0; முதல் = தொடங்கு f(7); செயல் g() { s = 0; ஒவ்வொரு i இல் வீச்சு(1, 3000) { த = தொடங்கு f(i); s = s + (காத்திரு த)[0]; } திரும்பு s; } அச்சு g(); அச்சு காத்திரு முதல்;`, "4501500\n[7]"},
	{"many at the top level", `பணி f(a) { திரும்பு a; } s = 0; ஒவ்வொரு i இல் வீச்சு(1, 1000) { த = தொடங்கு f(i); s = s + காத்திரு த; } அச்சு s;`, "500500"},
	{"a task that a task gives", `பணி f() { த = தொடங்கு { திரும்பு [1]; }; காத்திரு த; திரும்பு {t: த}; } r = காத்திரு (தொடங்கு f()); ஒவ்வொரு i இல் வீச்சு(1, 600) { காத்திரு (தொடங்கு f()); } t = r.t; அச்சு காத்திரு t;`, "[1]"},
	{"channels in globals, seen by tasks", `வ = வாய்க்கால்(9); ப = [வாய்க்கால்(9)]; பணி f() { வ.send(1); ப[0].send(2); திரும்பு தொடங்கு_இலா(); } செயல் தொடங்கு_இலா() { த = தொடங்கு { வ.send(3); }; திரும்பு காத்திரு த; } காத்திரு (தொடங்கு f()); ஒவ்வொரு i இல் வீச்சு(1, 3) { அச்சு வ.length() + ப[0].length(); x = வ.receive(); (i == 2) எனில் { நிறுத்து; } }`, "3\n2"},
	{"values are copied", `a = [1, [2]]; பணி f(x) { x[1][0] = 9; திரும்பு x; } த = தொடங்கு f(a); a[0] = 5; அச்சு காத்திரு த; அச்சு a;`, "[1, [9]]\n[5, [2]]"},
	{"captured values are copied", `செயல் g() { a = [1]; த = தொடங்கு { a[0] = 2; திரும்பு a; }; a[0] = 3; அச்சு காத்திரு த; அச்சு a; } g();`, "[2]\n[3]"},
	{"names of the top level as they stood", `n = [1]; செயல் f() { திரும்பு n; } த = தொடங்கு f(); n[0] = 2; ப = தொடங்கு f(); n = 3; அச்சு காத்திரு த; அச்சு காத்திரு ப; அச்சு f();`, "[1]\n[2]\n3"},
	{"builtins and members", `அ = தொடங்கு நீளம்("அம்மா"); x = [3, 1]; ஆ = தொடங்கு x.sort(); r = {f: செயல்(x) { திரும்பு x & "!"; }}; இ = தொடங்கு r.f("a"); அச்சு காத்திரு அ; அச்சு காத்திரு ஆ; அச்சு காத்திரு இ;`, "3\n[1, 3]\na!"},
	{"a chain is the task's whole", `செயல் f() { திரும்பு {a: [5]}; } த = தொடங்கு f().a[0]; அச்சு காத்திரு த;`, "5"},
	{"a variable that holds a function", `f = செயல்(x) { திரும்பு x * 2; }; த = தொடங்கு f(4); அச்சு காத்திரு த; நீளம் = செயல்(x) { திரும்பு "என்"; }; ப = தொடங்கு நீளம்(1); அச்சு காத்திரு ப;`, "8\nஎன்"},
	{"defaults", `பணி f(a, b = 2) { திரும்பு a + b; } த = தொடங்கு f(1); அச்சு காத்திரு த;`, "3"},
	{"shapes", `வடிவம் ப { எண் x }
		த = தொடங்கு ப({x: 1}); அச்சு காத்திரு த;`, "சரி(ப{x: 1})"},
	{"errors come to who awaits", "செயல் g() { எறி பிழை_ஆக்கு(\"c\", \"m\", {a: [1]}); }\nபணி f() { g(); }\nத = தொடங்கு f();\nமுயல் { காத்திரு த; } பிழை(e) { அச்சு e.code & e.message & e.line; அச்சு e.details; அச்சு நீளம்(e.stack); }", "cm1\n{a: [1]}\n2"},
	{"thrown values", `பணி f() { எறி {x: 1}; } த = தொடங்கு f(); முயல் { காத்திரு த; } பிழை(e) { அச்சு e.code; அச்சு e.details; }`, "thrown\n{x: 1}"},
	{"an error nobody asks for", `பணி f() { எறி பிழை_ஆக்கு("c"); } தொடங்கு f(); உறங்கு(0.001); அச்சு 1;`, "1"},
	{"results in and out", `பணி f(r) { திரும்பு r?; } த = தொடங்கு f(தவறு("x")); அச்சு காத்திரு த; ப = தொடங்கு f(சரி(2)); அச்சு காத்திரு ப;`, "தவறு(x)\n2"},

	{"children end with their parent", `பணி c() { முயல் { உறங்கு(100); } இறுதியில் { அச்சு "c"; } } பணி p() { தொடங்கு c(); தொடங்கு c(); உறங்கு(0); திரும்பு 1; } த = தொடங்கு p(); அச்சு காத்திரு த;`, "c\nc\n1"},
	{"the top level's too", `தொடங்கு { முயல் { உறங்கு(100); } இறுதியில் { அச்சு "முடிந்தது"; } } உறங்கு(0); அச்சு 1;`, "1\nமுடிந்தது"},
	{"a child that has not begun", `தொடங்கு { அச்சு "never"; } அச்சு 1;`, "1"},
	{"cancelled in a computation", `த = தொடங்கு { (1 == 1) சுற்று { } }; உறங்கு(0); த.cancel(); முயல் { காத்திரு த; } பிழை(e) { அச்சு e.code; }`, "cancelled"},
	{"a caught cancellation comes again", `த = தொடங்கு { முயல் { உறங்கு(100); } பிழை(e) { அச்சு e.code; } உறங்கு(100); அச்சு "never"; }; உறங்கு(0); த.cancel(); முயல் { காத்திரு த; } பிழை(e) { அச்சு e.code; }`, "cancelled\ncancelled"},
	{"apart", `பணி f() { உறங்கு(0.002); அச்சு "பின்"; } செயல் g() { பின்னணி f(); } g(); அச்சு 1;`, "1\nபின்"},
	{"apart with a channel", `வ = வாய்க்கால்(); செயல் g(c) { பின்னணி { c.send(5); }; } g(வ); அச்சு வ.receive();`, "5"},

	{"parallel", `பணி f(x) { உறங்கு(0.001); திரும்பு x; } [அ, ஆ] = இணையாக [f(1), f("b")]; அச்சு அ & ஆ; அச்சு இணையாக []; அச்சு இணையாக [1 + 1, f(3), [4]];`, "1b\n[]\n[2, 3, [4]]"},
	{"waiting for what is started there", `பணி f(x) { திரும்பு x; } அச்சு காத்திரு தொடங்கு f(2); அச்சு காத்திரு தொடங்கு { திரும்பு 3; }; அச்சு காத்திரு இணையாக [f(1), f(2)]; செயல் g() { திரும்பு (காத்திரு பின்னணி f(சரி(4))?) + 1; } அச்சு g(); காத்திரு தொடங்கு { அச்சு 6; };`, "2\n3\n[1, 2]\n5\n6"},
	{"parallel of one", `அச்சு இணையாக [1 + 1];`, "[2]"},
	{"parallel: the first failure ends the rest", `பணி f() { முயல் { உறங்கு(100); } இறுதியில் { அச்சு "f"; } } பணி g() { உறங்கு(0.001); எறி பிழை_ஆக்கு("g"); } முயல் { x = இணையாக [f(), g(), f()]; } பிழை(e) { அச்சு e.code; }`, "f\nf\ng"},
	{"parallel: a failure behind which a ? stands ends the rest", `பணி f() { முயல் { உறங்கு(100); } இறுதியில் { அச்சு "f"; } } பணி g(x) { உறங்கு(0.001); திரும்பு x; } செயல் h() { [a, b, c] = இணையாக [f()?, g(தவறு("g"))?, f()]; அச்சு "never"; } அச்சு h(); முயல் { x = இணையாக [f(), g(தவறு({code: "c"}))?]; } பிழை(e) { அச்சு e.code; }`, "f\nf\nதவறு(g)\nf\nc"},
	{"parallel: a failure without ? is a value", `பணி g(s, x) { உறங்கு(s); திரும்பு x; } செயல் h() { திரும்பு இணையாக [g(0.001, தவறு("a")), g(0.003, சரி(5))?, g(0.002, 7)]; } அச்சு h(); அச்சு இணையாக [g(0, தவறு(1)), g(0.001, 2)];`, "[தவறு(a), 5, 7]\n[தவறு(1), 2]"},
	{"parallel in a function sees its locals", `செயல் h(a) { b = 2; திரும்பு இணையாக [a + b, [a, b], f"{a}"]; } அச்சு h(1);`, "[3, [1, 2], 1]"},

	{"select: all ready", `தேர்ந்தெடு { a = 1 + 1 => { அச்சு "a" & a; }, b = 3 => { அச்சு b; } }`, "a2"},
	{"select: none ready", `பணி f(s, x) { உறங்கு(s); திரும்பு x; } select! { a = f(10, 1) => { அச்சு a; }, [b, c] = f(0.002, [2, 3]) => { அச்சு b + c; } } அச்சு "பின்";`, "5\nபின்"},
	{"select: one fails", `பணி f() { எறி பிழை_ஆக்கு("x"); } பணி g() { முயல் { உறங்கு(9); } இறுதியில் { அச்சு "g"; } } முயல் { தேர்ந்தெடு { _ = g() => { அச்சு 1; } _ = f() => { அச்சு 2; } } } பிழை(e) { அச்சு e.code; }`, "g\nx"},
	{"select: losers end before the arm runs", `பணி g() { முயல் { உறங்கு(9); } இறுதியில் { அச்சு "g"; } } தேர்ந்தெடு { _ = g() => { }, _ = உறங்கு(0.001) => { அச்சு "கை"; } }`, "g\nகை"},
	{"select in a loop, with break", `n = 0; (1 == 1) சுற்று { தேர்ந்தெடு { x = n + 1 => { n = x; (n == 3) எனில் { நிறுத்து; } } } } அச்சு n;`, "3"},
	{"select returns from a function", `செயல் f() { தேர்ந்தெடு { x = 5 => { திரும்பு x; } } திரும்பு 0; } அச்சு f();`, "5"},
	{"select without arms", `தேர்ந்தெடு { } அச்சு 1;`, "1"},
	{"select: a value that a loser was given goes back", `
		அ = வாய்க்கால்(); ஆ = வாய்க்கால்();
		தொடங்கு { அ.send(1); ஆ.send(2); அ.send(3); ஆ.send(4); }
		ஒவ்வொரு i இல் வீச்சு(1, 4) { தேர்ந்தெடு { x = அ.receive() => { அச்சு x; } y = ஆ.receive() => { அச்சு y; } } }`, "1\n2\n3\n4"},

	{"channel: in order, with room", `வ = வாய்க்கால்(2); தொடங்கு { ஒவ்வொரு i இல் வீச்சு(1, 5) { வ.send([i]); } வ.close(); } x = வ.receive(); (x != nil) சுற்று { அச்சு x; x = வ.receive(); }`, "[1]\n[2]\n[3]\n[4]\n[5]"},
	{"channel: without room a send waits", `வ = வாய்க்கால்(); த = தொடங்கு { வ.send(1); அச்சு "அனுப்பியது"; }; உறங்கு(0); அச்சு "முன்"; அச்சு வ.receive(); காத்திரு த;`, "முன்\n1\nஅனுப்பியது"},
	{"channel: closed under a receiver", `வ = வாய்க்கால்(); த = தொடங்கு { திரும்பு வ.receive(); }; உறங்கு(0); வ.close(); அச்சு காத்திரு த;`, "nil"},
	{"channel: closed under a sender", `வ = வாய்க்கால்(); த = தொடங்கு { வ.send(1); }; உறங்கு(0); வ.close(); முயல் { காத்திரு த; } பிழை(e) { அச்சு e.code; } அச்சு வ.receive();`, "closed\nnil"},
	{"channel: what it held is still received", `வ = வாய்க்கால்(2); வ.send(1); வ.send(2); வ.close(); அச்சு வ.length(); அச்சு வ.receive(); அச்சு வ.receive(); அச்சு வ.receive();`, "2\n1\n2\nnil"},
	{"channel through a channel", `வ = வாய்க்கால்(); தொடங்கு { ப = வாய்க்கால்(); வ.send({p: ப}); ப.send("இங்கே"); } r = வ.receive(); ப = r.p; அச்சு ப.receive();`, "இங்கே"},
	{"channel: a cancelled receiver takes nothing", `வ = வாய்க்கால்(); த = தொடங்கு { வ.receive(); }; உறங்கு(0); த.cancel(); ப = தொடங்கு { வ.send(5); }; அச்சு வ.receive();`, "5"},
	{"channel: bad room", `வாய்க்கால்(-1);`, "! argument"},

	{"lock", `பணி f(x) { பூட்டு("k") { அச்சு x; உறங்கு(0.001); அச்சு x; } } [a, b] = இணையாக [f(1), f(2)];`, "1\n1\n2\n2"},
	{"locks of other names", `அ = வாய்க்கால்(); ஆ = வாய்க்கால்(); பணி f() { பூட்டு(1) { அச்சு 1; அ.receive(); அச்சு 1; ஆ.send(1); } } பணி g() { பூட்டு(2) { அச்சு 2; அ.send(1); ஆ.receive(); அச்சு 2; } } [a, b] = இணையாக [f(), g()];`, "1\n2\n1\n2"},
	{"lock: its holder fails", `பணி f() { பூட்டு("k") { உறங்கு(0.001); எறி பிழை_ஆக்கு("x"); } } த = தொடங்கு f(); உறங்கு(0); பூட்டு("k") { அச்சு "பெற்றது"; } முயல் { காத்திரு த; } பிழை(e) { அச்சு e.code; }`, "பெற்றது\nx"},
	{"lock: its holder is cancelled", `த = தொடங்கு { பூட்டு("k") { உறங்கு(100); } }; உறங்கு(0); த.cancel(); பூட்டு("k") { அச்சு "பெற்றது"; }`, "பெற்றது"},
	{"lock: left by return, break and continue", `செயல் f() { பூட்டு("k") { திரும்பு 1; } } அச்சு f(); ஒவ்வொரு i இல் வீச்சு(1, 3) { பூட்டு("k") { (i == 1) எனில் { தொடர்; } நிறுத்து; } } பூட்டு("k") { அச்சு "சரி"; }`, "1\nசரி"},
	{"lock: variables changed inside", `n = 1; பூட்டு("k") { n = n + 1; } அச்சு n;`, "2"},

	{"deadline", `முயல் { காலக்கெடு(0.001) { உறங்கு(100); } } பிழை(e) { அச்சு e.code; } உறங்கு(0.001); அச்சு "தொடரும்";`, "timeout\nதொடரும்"},
	{"deadline that is kept", `காலக்கெடு("5s") { உறங்கு(0.001); அச்சு 1; } உறங்கு(0.001); அச்சு 2;`, "1\n2"},
	{"deadline over a computation", `முயல் { காலக்கெடு(0.001) { (1 == 1) சுற்று { } } } பிழை(e) { அச்சு e.code; }`, "timeout"},
	{"deadline caught inside comes again", `முயல் { காலக்கெடு(0.001) { முயல் { உறங்கு(9); } பிழை(e) { அச்சு e.code; } உறங்கு(9); அச்சு "never"; } } பிழை(e) { அச்சு e.code; }`, "timeout\ntimeout"},
	{"deadline: the inner first", `முயல் { காலக்கெடு(5) { முயல் { காலக்கெடு(0.001) { உறங்கு(9); } } பிழை(e) { அச்சு "உள்"; } உறங்கு(0.001); அச்சு "வெளி"; } } பிழை(e) { அச்சு e.code; }`, "உள்\nவெளி"},
	{"deadline: the outer first", `முயல் { காலக்கெடு(0.001) { முயல் { காலக்கெடு(5) { உறங்கு(9); } } பிழை(e) { அச்சு "உள்"; } உறங்கு(9); அச்சு "never"; } } பிழை(e) { அச்சு e.code; }`, "உள்\ntimeout"},
	{"deadline: reaches channels, locks and tasks", `
		வ = வாய்க்கால்();
		தொடங்கு { பூட்டு("k") { உறங்கு(100); } }
		உறங்கு(0);
		ஒவ்வொரு f இல் [செயல்() { வ.receive(); }, செயல்() { வ.send(1); }, செயல்() { பூட்டு("k") { } }, செயல்() { காத்திரு (தொடங்கு உறங்கு(9)); }, செயல்() { x = இணையாக [உறங்கு(9), உறங்கு(9)]; }, செயல்() { தேர்ந்தெடு { _ = உறங்கு(9) => { } } }] {
			முயல் { காலக்கெடு(0.001) { f(); } } பிழை(e) { அச்சு e.code; }
		}`, "timeout\ntimeout\ntimeout\ntimeout\ntimeout\ntimeout"},
	{"deadline: of nothing", `முயல் { காலக்கெடு(0) { அச்சு "தொடக்கம்"; உறங்கு(0); அச்சு "never"; } } பிழை(e) { அச்சு e.code; }`, "தொடக்கம்\ntimeout"},
	{"deadline: bad", `காலக்கெடு("x") { }`, "! argument"},

	{"deadlock: a channel", `வ = வாய்க்கால்(); வ.receive();`, "! deadlock"},
	{"deadlock: it can be caught", `வ = வாய்க்கால்(); முயல் { வ.receive(); } பிழை(e) { அச்சு e.code; அச்சு நீளம்(e.details) > 3; }`, "deadlock\ntrue"},
	{"deadlock: a lock within itself", `பூட்டு("k") { பூட்டு("k") { } }`, "! deadlock"},
	{"deadlock: two locks", "பணி f(a, b) {\n பூட்டு(a) { உறங்கு(0.001);\n பூட்டு(b) { } } }\nமுயல் { x = இணையாக [f(1, 2), f(2, 1)]; } பிழை(e) { அச்சு e.code; அச்சு நீளம்(பிரி(e.details, \"f (\")) - 1; }", "deadlock\n2"},
	{"deadlock: tasks that await each other", `வ = வாய்க்கால்(1); த = தொடங்கு { ப = வ.receive(); காத்திரு ப; }; ப = தொடங்கு { காத்திரு த; }; வ.send(ப); முயல் { காத்திரு ப; } பிழை(e) { அச்சு e.code; }`, "deadlock"},
	{"deadlock: tasks that await each other, where each stands", `வ = வாய்க்கால்(1); பணி ஒன்று(வ) { ப = வ.receive(); காத்திரு ப; } பணி இரண்டு(த) { காத்திரு த; } த = தொடங்கு ஒன்று(வ); ப = தொடங்கு இரண்டு(த); வ.send(ப); முயல் { காத்திரு ப; } பிழை(e) { அச்சு e.code; அச்சு நீளம்(பிரி(e.details, "ஒன்று (")) - 1; அச்சு நீளம்(பிரி(e.details, "இரண்டு (")) - 1; }`, "deadlock\n1\n1"},
	{"deadlock: who holds the lock waits for a channel that only its waiter would fill", `வ = வாய்க்கால்(); பணி அ(வ) { பூட்டு("k") { வ.receive(); } } பணி ஆ(வ) { பூட்டு("k") { வ.send(1); } } முயல் { x = இணையாக [அ(வ), ஆ(வ)]; } பிழை(e) { அச்சு e.code; அச்சு நீளம்(பிரி(e.details, "அ (")) - 1; அச்சு நீளம்(பிரி(e.details, "ஆ (")) - 1; } பூட்டு("k") { அச்சு "விடுபட்டது"; }`, "deadlock\n1\n1\nவிடுபட்டது"},
	{"select: all arms fail", `பணி f(c) { எறி பிழை_ஆக்கு(c); } முயல் { தேர்ந்தெடு { _ = f("a") => { அச்சு 1; } _ = f("b") => { அச்சு 2; } } } பிழை(e) { அச்சு e.code; }`, "a"},
	{"channel: closed under several waiters of both kinds", `வ = வாய்க்கால்(); ப = வாய்க்கால்(); a = தொடங்கு { திரும்பு வ.receive(); }; b = தொடங்கு { திரும்பு வ.receive(); }; c = தொடங்கு { ப.send(1); }; d = தொடங்கு { ப.send(2); }; உறங்கு(0); வ.close(); ப.close(); அச்சு காத்திரு a; அச்சு காத்திரு b; ஒவ்வொரு t இல் [c, d] { முயல் { காத்திரு t; } பிழை(e) { அச்சு e.code; } }`, "nil\nnil\nclosed\nclosed"},
	{"lock: its holder fails inside two", `த = தொடங்கு { பூட்டு("k") { முயல் { பூட்டு("m") { எறி பிழை_ஆக்கு("x"); } } பிழை(e) { } x = 1 / 0; } }; உறங்கு(0); பூட்டு("m") { அச்சு "m"; } பூட்டு("k") { அச்சு "k"; }`, "m\nk"},
	{"spawning without end is caught, and the rest goes on", `பணி f() { உறங்கு(100); } முயல் { (1 == 1) சுற்று { தொடங்கு f(); } } பிழை(e) { அச்சு e.code; } அச்சு "தொடரும்";`, "too_many_tasks\nதொடரும்"},
	{"a task without end of tasks", `பணி f() { தொடங்கு f(); உறங்கு(0.001); } (1 == 1) சுற்று { தொடங்கு உறங்கு(100); }`, "! too_many_tasks"},
	{"tasks inside tasks inside tasks", `பணி f(n) { (n == 0) எனில் { திரும்பு 0; } த = தொடங்கு f(n - 1); திரும்பு 1 + காத்திரு த; } அச்சு f(3000);`, "3000"},
	{"many tasks", `ts = []; பணி f(i) { உறங்கு(0.001); திரும்பு i; } ஒவ்வொரு i இல் வீச்சு(1, 2000) { ts = _append(ts, தொடங்கு f(i)); } n = 0; ஒவ்வொரு t இல் ts { n = n + காத்திரு t; } அச்சு n;`, "2001000"},
	{"the main task", `முதன்மை = async f() { அச்சு "முதன்மை"; }; அச்சு "மேல்";`, "மேல்\nமுதன்மை"},
	{"select in a try, with variables", `n = 0; முயல் { தேர்ந்தெடு { x = 4 => { n = x; } } எறி பிழை_ஆக்கு("z"); } பிழை(e) { அச்சு n & e.code; }`, "4z"},
	{"spawn of an unknown name", `தொடங்கு இல்லாதது();`, "! unknown_function"},
	{"spawn of no function", `x = 5; தொடங்கு x(1);`, "! not_function"},
	{"spawn with too many arguments", `செயல் f() { } f2 = f; தொடங்கு f2(1);`, "! arity"},
}

func TestPrograms(t *testing.T) {
	for _, c := range programs {
		for _, noOpt := range []bool{false, true} {
			got := scripttest.Run(t, c.program, scripttest.Options{NoOpt: noOpt, Limits: vm.Limits{Tasks: 5000}})
			out := strings.TrimSuffix(got.Out, "\n")
			if got.Err != nil {
				out = strings.TrimPrefix(out+"\n! "+got.Err.Code, "\n")
			}
			if !got.Ran || out != c.want {
				t.Errorf("%s (optimiser off %v)\n%s\nprinted\n%s\nwant\n%s\n%s", c.name, noOpt, c.program, out, c.want, got.Said())
			}
		}
	}
}

// TestMembers holds that what is bound is what is declared.
func TestMembers(t *testing.T) {
	l := vm.NewLinker()
	tasks.Bind(l)
	bound := map[string]bool{}
	for _, m := range l.Members() {
		bound[m] = true
	}
	for _, of := range []string{"task", "channel", "signal"} {
		for _, name := range builtin.HandleOf(of).MemberSpellings() {
			if !bound[of+"."+name] {
				t.Errorf("%s.%s is declared and not bound", of, name)
			}
			delete(bound, of+"."+name)
		}
	}
	delete(bound, "channel."+vm.WalkName) // what ஒவ்வொரு asks
	for name := range bound {
		t.Errorf("%s is bound and not declared", name)
	}
}
