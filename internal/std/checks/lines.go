package checks

// diffLine is a line of one text or of both: its sign is "-", "+" or " ".
type diffLine struct{ sign, text string }

const (
	contextLines = 2   // that are the same, around those that aren't
	maxLines     = 300 // beyond, what differs is not compared further
	maxDiffLines = 40  // that are shown
)

// lineDiff is how to come from want to got, with a few lines of what stands around each
// change. Long stretches of the same are left out.
func lineDiff(want, got []string) []diffLine {
	head := 0
	for head < len(want) && head < len(got) && want[head] == got[head] {
		head++
	}
	tail := 0
	for tail < len(want)-head && tail < len(got)-head && want[len(want)-1-tail] == got[len(got)-1-tail] {
		tail++
	}
	var all []diffLine
	for _, l := range want[:head] {
		all = append(all, diffLine{" ", l})
	}
	all = append(all, middle(want[head:len(want)-tail], got[head:len(got)-tail])...)
	for _, l := range want[len(want)-tail:] {
		all = append(all, diffLine{" ", l})
	}
	return near(all)
}

// middle compares by the longest common subsequence.
func middle(want, got []string) (out []diffLine) {
	n, m := len(want), len(got)
	if n > maxLines || m > maxLines {
		want, got = want[:min(n, maxLines)], got[:min(m, maxLines)]
		n, m = len(want), len(got)
	}
	long := make([][]int, n+1) // of what follows
	for i := range long {
		long[i] = make([]int, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			if want[i] == got[j] {
				long[i][j] = long[i+1][j+1] + 1
			} else {
				long[i][j] = max(long[i+1][j], long[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < n || j < m {
		switch {
		case i < n && j < m && want[i] == got[j]:
			out = append(out, diffLine{" ", want[i]})
			i, j = i+1, j+1
		case j >= m || i < n && long[i+1][j] >= long[i][j+1]:
			out = append(out, diffLine{"-", want[i]})
			i++
		default:
			out = append(out, diffLine{"+", got[j]})
			j++
		}
	}
	return out
}

// near leaves out what is far from every change.
func near(all []diffLine) (out []diffLine) {
	keep := make([]bool, len(all))
	for i, l := range all {
		if l.sign != " " {
			for k := max(0, i-contextLines); k <= min(len(all)-1, i+contextLines); k++ {
				keep[k] = true
			}
		}
	}
	for i, l := range all {
		switch {
		case len(out) >= maxDiffLines:
			return append(out, diffLine{" ", "…"})
		case keep[i]:
			out = append(out, l)
		case i == 0 || keep[i-1]:
			out = append(out, diffLine{" ", "…"})
		}
	}
	return out
}
