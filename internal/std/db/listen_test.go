//go:build !core

package db_test

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"etamil/internal/db/dbtest"
)

// TestListen: what one task notifies comes to all who listen, in order, by select! too; a transaction that is undone notifies
// nothing.
func TestListen(t *testing.T) {
	url := shared(t, "postgres").URL
	checkGoroutines(t)
	got, err := runOn(t, url, `
பணி முதன்மை() {
அ = குறி.கேள்("ஆர்டர்கள் \"x\"");
ஆ = குறி.listen("b");
குறி.அறிவி("ஆர்டர்கள் \"x\"", "'; DROP TABLE t; --");
அச்சு அ.பெறு();
ஒவ்வொரு i இல் வீச்சு(1, 3) { குறி.notify("b", "ம" & i); }
ஒவ்வொரு i இல் வீச்சு(1, 3) { அச்சு ஆ.receive().payload; }
முயல் {
	குறி.transaction(செயல்(தளம்) { தளம்.notify("b", "இல்லை"); எறி "திரும்ப"; });
} பிழை(e) { அச்சு e.message; }
குறி.transaction(செயல்(தளம்) { தளம்.notify("b"); });
அச்சு ஆ.receive();
// the arm that loses loses no message
select! { m = ஆ.receive() => { அச்சு m; }, _ = உறங்கு(0.05) => { அச்சு "நேரம்"; } }
குறி.notify("b", "பிறகு");
select! { m = ஆ.receive() => { அச்சு m.payload; }, _ = உறங்கு(20) => { அச்சு "நேரம்"; } }
இ = குறி.listen("b");
ஆ.close();
அச்சு ஆ.receive();
குறி.notify("b", "இ மட்டும்");
அச்சு இ.receive().payload;
முயல் { குறி.listen(""); } பிழை(e) { அச்சு e.code; }
த = தொடங்கு கேட்போன்();
காத்திரு த;
}
பணி கேட்போன்() { ஈ = குறி.listen("c"); குறி.notify("c", "ஈ"); அச்சு ஈ.receive().payload; }
`)
	want := "{lost: false, payload: '; DROP TABLE t; --}\nம1\nம2\nம3\nதிரும்ப\n{lost: false, payload: }\nநேரம்\nபிறகு\nnil\nஇ மட்டும்\nargument\nஈ\n"
	if err != nil || got != want {
		t.Errorf("printed:\n%s%v\nwant:\n%s", got, err, want)
	}
}

// TestListenSurvivesARestart: after it messages come again, behind one that says that some may be lost.
func TestListenSurvivesARestart(t *testing.T) {
	checkGoroutines(t)
	s := dbtest.Postgres(t)
	w := compileWorld(t, `
அ = குறி.கேள்("a");
குறி.notify("a", "முன்");
அச்சு அ.receive().payload;
கோப்பு_எழுது "{dir}/listens", "";
ம = அ.receive();
அச்சு f"{ம.lost} {ம.payload}";
குறி.notify("a", "பின்");
அச்சு அ.receive();
`)
	defer w.service.Close()
	w.host.Env = func(name string) (string, bool) { return s.URL, name == "DATABASE_URL" }
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 6000 {
			if _, err := os.Stat(filepath.Join(w.dir, "listens")); err == nil {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		s.Stop(syscall.SIGINT)
		s.Start(t)
	}()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	got, err := w.run(ctx)
	<-done
	if want := "முன்\ntrue \n{lost: false, payload: பின்}\n"; err != nil || got != want {
		t.Errorf("printed %q, %v", got, err)
	}
	w.service.Close()
}

// TestListenElsewhere: the others say that they have nothing of the kind.
func TestListenElsewhere(t *testing.T) {
	text := `
முயல் { குறி.listen("a"); } பிழை(e) { அச்சு e.code; }
முயல் { குறி.notify("a", "b"); } பிழை(e) { அச்சு e.code; }
`
	for _, url := range []string{"sqlite://:memory:", shared(t, "mysql").URL} {
		if got, err := runOn(t, url, text); err != nil || got != "db.unsupported\ndb.unsupported\n" {
			t.Errorf("printed %q, %v", got, err)
		}
	}
}
