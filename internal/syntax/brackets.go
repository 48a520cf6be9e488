package syntax

// Brackets are matched while the file is cut into tokens, so that the parser
// skips from one to its partner in one step. A program whose brackets don't fit
// still gets a table: a closing bracket pairs with the nearest open one of its
// kind, and what was opened in between stays without a partner (-1). f-strings
// and their holes are brackets like the others, and nothing inside a hole pairs
// with anything outside it.

func (l *lexer) openBracket(k Kind, length int) {
	l.open = append(l.open, int32(len(l.list)))
	l.count[k]++
	l.sign(k, length)
}

// closeBracket adds a closing bracket of one byte.
func (l *lexer) closeBracket(k, opener Kind) {
	index := int32(len(l.list))
	l.sign(k, 1)
	// The count tells at once whether there is anything to find, so that each
	// open bracket is looked at only once, when it leaves the stack.
	if l.count[opener] == 0 {
		return
	}
	for n := len(l.open) - 1; n >= 0; n-- {
		i := l.open[n]
		kind := l.list[i].Kind
		if kind == KindHole && opener != KindHole {
			return // its partner would be outside the hole
		}
		l.open = l.open[:n]
		l.count[kind]--
		if kind == opener {
			l.list[i].aux, l.list[index].aux = index, i
			return
		}
	}
}

// closeBrace reads }, which ends a hole if nothing but the hole is open in it.
func (l *lexer) closeBrace() {
	if !l.inHole() {
		l.closeBracket(KindRBrace, KindLBrace)
		return
	}
	for n := len(l.open) - 1; l.list[l.open[n]].Kind != KindHole; n-- {
		if l.list[l.open[n]].Kind == KindLBrace {
			l.closeBracket(KindRBrace, KindLBrace)
			return
		}
	}
	l.closeBracket(KindHoleEnd, KindHole)
	l.fText()
}

// inHole reports whether l.pos is inside a hole of an f-string.
func (l *lexer) inHole() bool { return l.count[KindHole] > 0 }
