package db

import "context"

// Describer is a Conn that tells what a statement takes without running it. The error is what
// the database finds wrong with it.
type Describer interface {
	Conn
	Describe(ctx context.Context, sql string, named bool) (*Described, error)
}

// Described is what is known of a statement's parameters: how many a list must have, or the names that a
// record must have, and of each what it must be.
type Described struct {
	Count int
	Names []string
	Kinds []Expected // of each; nil: the database takes what it gets
}

// Expected is what a database expects of a parameter.
type Expected uint8

// What a parameter can be held to.
const (
	Anything Expected = iota
	WholeNumber
	AnyNumber
	TrueOrFalse
)

// CanDescribe reports that a database can say of sql whether it would run. What makes or settles something is
// left out: it is right or wrong by what is there at its time.
func CanDescribe(sql string) bool {
	switch word, _ := firstWord(sql); word {
	case "CREATE", "ALTER", "DROP", "RENAME", "TRUNCATE", "COMMENT", "GRANT", "REVOKE", "PRAGMA", "SET", "RESET", "SHOW", "USE",
		"BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "LOCK", "UNLOCK", "VACUUM", "ANALYZE", "ANALYSE",
		"REINDEX", "OPTIMIZE", "ATTACH", "DETACH", "LISTEN", "UNLISTEN", "NOTIFY", "DO", "CALL", "DECLARE", "FETCH", "CLOSE":
		return false
	}
	return true
}
