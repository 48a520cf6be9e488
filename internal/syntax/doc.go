// Package syntax turns the text of a file into a tree and knows nothing of what
// the names in it mean.
//
// There are three steps. The lexer (lexer.go) cuts the file into tokens in one
// pass; words are looked up in one table (words.go), and brackets are matched
// on the way (brackets.go). The parser (parser.go, cursor.go) descends over the
// tokens by the grammar: stmt.go, namestmt.go and control.go read statements,
// expr.go, waited.go and primary.go expressions. Where a word is a keyword only
// in certain company, it looks at the company first, and since a bracket knows
// its partner, looking past one takes a single step. Fprint (print.go) writes
// the tree as text, for `etamil dis --stage=tree` and for tests.
//
//	set := source.NewSet()
//	file, mistakes := syntax.Parse(set.Add("a.qmz", "அச்சு 1 + 2;"))
//
// Some statements mean different things depending on names the file does not
// tell (grammar rules 8 and 13); they become a LateWord or LateExpr that holds
// both readings.
//
// After a mistake the parser goes on at the next statement (recover.go), so that
// one run shows several; the statement with the mistake is left out of the tree. All
// work is linear in the length of the file. Nesting is bounded (MaxDepth), and
// so is the height of any tree (MaxHeight), so that whoever walks it may use
// recursion.
package syntax
