package script_test

import (
	"strings"
	"testing"

	"etamil/internal/diag"
	"etamil/internal/script/scripttest"
	"etamil/vm"
)

// TestEnds: each way in which a program can end.
// TestTasksThatNobodyAsks: what ends a task is in the log, unless somebody has asked or has ended it.
func TestTasksThatNobodyAsks(t *testing.T) {
	got := scripttest.Run(t, `
செயல் விழு(e) { எறி பிழை_ஆக்கு(e, "விழுந்தது"); }
செயல் மறு(e) { திரும்பு தவறு(பிழை_ஆக்கு(e, "இல்லை")); }
தொடங்கு விழு("a1");
தொடங்கு மறு("a2");
தொடங்கு { விழு("a3"); }
பின்னணி மறு("a4");
t = தொடங்கு விழு("a5");
u = தொடங்கு மறு("a6");
தொடங்கு உறங்கு(100);
v = தொடங்கு மறு("b1"); w = தொடங்கு விழு("b2"); x = தொடங்கு உறங்கு(100);
உறங்கு(0.001);
அச்சு தவறா(காத்திரு v);
முயல் { காத்திரு w; } பிழை(e) { அச்சு e.code; }
x.cancel();
`, scripttest.Options{})
	if got.Err != nil || got.Status != 0 || got.Out != "true\nb2\n" {
		t.Fatalf("%s, status %d, printed %q", got.Said(), got.Status, got.Out)
	}
	for _, code := range []string{"a1", "a2", "a3", "a4", "a5", "a6"} {
		if n := strings.Count(got.Log, `"event":"task_failed","code":"`+code+`"`); n != 1 {
			t.Errorf("%s is told %d times", code, n)
		}
	}
	if n := strings.Count(got.Log, "\n"); n != 6 {
		t.Errorf("%d lines:\n%s", n, got.Log)
	}
}

func TestEnds(t *testing.T) {
	for _, c := range []struct {
		program string
		out     string
		status  int
		code    diag.Code
	}{
		{`அச்சு 1;`, "1\n", 0, ""},
		{``, "", 0, ""},
		{`அச்சு 1; அச்சு 1 / 0;`, "1\n", 1, diag.RunDivisionByZero},
		{`அச்சு 1; வெளியேறு(3); அச்சு 2;`, "1\n", 3, ""},
		{`வெளியேறு(0); அச்சு 1 / 0;`, "", 0, ""},
		{`முயல் { வெளியேறு(4); } பிழை(e) { அச்சு "caught"; } இறுதியில் { அச்சு "after"; }`, "", 4, ""},
		{`செயல் f() { திரும்பு f(); } f();`, "", 1, diag.RunTooDeep},
		{`(மெய்) சுற்று { }`, "", 1, diag.RunOutOfSteps},
		{`a = "x"; (மெய்) சுற்று { a = a & a; }`, "", 1, diag.RunOutOfMemory},
		{`a = [1]; (மெய்) சுற்று { a = இணை(a, a); }`, "", 1, diag.RunOutOfMemory},
		{`உள்ளிடு x; அச்சு x; உள்ளிடு x; அச்சு f"[{x}]";`, "வணக்கம்\n[]\n", 0, ""},
		{`அச்சு சூழல்("வீடு"); அச்சு சூழல்("HOME", "none");`, "சென்னை\nnone\n", 0, ""},
		{`அச்சு _map([1]);`, "", 1, diag.RunArity}, // what is written in eTamil is known by its number of arguments
		{`அச்சு _assertThrows();`, "", 1, diag.RunArity},
		{`வழி பெறு, "/" { பதில் 200, 1; }`, "", 1, diag.RunUnsupported},
	} {
		o := scripttest.Options{
			Input:  "வணக்கம்\n",
			Env:    map[string]string{"வீடு": "சென்னை"},
			Limits: vm.Limits{Steps: 1_000_000, Memory: 4 << 20},
		}
		for _, o.NoOpt = range []bool{false, true} {
			got := scripttest.Run(t, c.program, o)
			if !got.Ran || got.Out != c.out || got.Status != c.status || got.Code() != c.code {
				t.Errorf("%s\nprinted %q, status %d, code %q; want %q, %d, %q\n%s", c.program, got.Out, got.Status, got.Code(), c.out, c.status, c.code, got.Said())
			}
		}
	}
}

// TestCleanUp: what failed can still be caught once, and a finally block runs.
func TestCleanUp(t *testing.T) {
	got := scripttest.Run(t, `முயல் { (மெய்) சுற்று { } } பிழை(e) { அச்சு e.code; } இறுதியில் { அச்சு "f"; }`, scripttest.Options{Limits: vm.Limits{Steps: 1000}})
	if got.Out != "out_of_steps\nf\n" || got.Status != 0 {
		t.Errorf("printed %q, status %d, %s", got.Out, got.Status, got.Said())
	}
}

// TestStrict: what `etamil check` refuses isn't run.
func TestStrict(t *testing.T) {
	got := scripttest.Run(t, `அச்சு 1; அச்சு f(1);`, scripttest.Options{Strict: true})
	if got.Ran || got.Code() != diag.FuncUndefined || !strings.Contains(got.Said(), "unknown function 'f'") {
		t.Errorf("ran %v, %s", got.Ran, got.Said())
	}
}
