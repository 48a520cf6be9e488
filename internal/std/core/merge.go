package core

// shortRun is how long the pieces are that insertion puts in order before merging begins:
// below that moving neighbours is cheaper than a merge's bookkeeping.
const shortRun = 12

// mergeSort puts x in order by cmp, equal items keeping theirs. tmp is as long as x and
// is overwritten. slices.SortStableFunc needs no tmp but three times as long for 200,000
// numbers.
func mergeSort[T any](x, tmp []T, cmp func(a, b *T) int) {
	n := len(x)
	for lo := 0; lo < n; lo += shortRun {
		for i := lo + 1; i < min(lo+shortRun, n); i++ {
			for j := i; j > lo && cmp(&x[j-1], &x[j]) > 0; j-- {
				x[j-1], x[j] = x[j], x[j-1]
			}
		}
	}
	for width := shortRun; width < n; width *= 2 {
		for lo := 0; lo+width < n; lo += 2 * width {
			mergeRuns(x[lo:min(lo+2*width, n)], width, tmp, cmp)
		}
	}
}

// mergeRuns makes one ordered run of x[:mid] and x[mid:].
func mergeRuns[T any](x []T, mid int, tmp []T, cmp func(a, b *T) int) {
	if cmp(&x[mid-1], &x[mid]) <= 0 {
		return
	}
	left := tmp[:copy(tmp, x[:mid])]
	i, j := 0, mid
	for k := range x {
		if j == len(x) {
			copy(x[k:], left[i:])
			return
		}
		if i == len(left) {
			return // what is left of the right run stands where it belongs
		}
		if cmp(&left[i], &x[j]) <= 0 {
			x[k] = left[i]
			i++
		} else {
			x[k] = x[j]
			j++
		}
	}
}
