package vm

import (
	"strings"
	"testing"

	"etamil/internal/code"
)

// instructionTests runs every instruction: each row is the body of a function f without
// parameters, before it anything the program needs, and what comes out.
var instructionTests = []struct{ body, want string }{
	{"loadi R0, -3\n ret R0", "-3"},
	{"loadk R0, \"கல்\"\n ret R0", "கல்"},
	{"loadk R0, 2.50\n move R1, R0\n ret R1", "2.5"},
	{"loadnil R0\n ret R0", "nil"},
	{"retnil", "nil"},
	{"loadi R0, 1\n loadi R1, 2\n newlist R2, R0, 2\n copy R3, R2\n append R3, R0\n append R3, R2\n ret R3", "[1, 2, 1, [1, 2]]"},
	{"loadi R0, 1\n newlist R2, R0, 1\n share R2\n move R3, R2\n append R3, R0\n newlist R0, R2, 2\n ret R0", "[[1], [1, 1]]"},

	// Names.
	{"undef R0\n check R0, \"விலை\"\n ret R0", "! undefined_variable"},
	{"loadi R0, 4\n check R0, \"விலை\"\n ret R0", "4"},
	{"globals g\nwindow w\n getg R0, %g\n ret R0", "! undefined_variable"},
	{"globals g\nwindow w\n loadi R0, 7\n setg R0, %g\n getg R1, %g\n ret R1", "7"},
	{"globals g\nwindow w\n getw R0, %w\n ret R0", "! undefined_variable"},
	{"globals g\nwindow w\n loadi R0, 7\n setw R0, %w\n getw R1, %w\n ret R1", "7"},
	{"globals g\n undef R0\n org R0, %g\n ret R0", "! undefined_variable"},
	{"globals g\n loadi R1, 8\n setg R1, %g\n undef R0\n org R0, %g\n ret R0", "8"},
	{"globals g\n loadi R0, 9\n org R0, %g\n ret R0", "9"},
	{"window w\n undef R0\n orw R0, %w\n ret R0", "! undefined_variable"},
	{"window w\n loadi R1, 8\n setw R1, %w\n undef R0\n orw R0, %w\n ret R0", "8"},
	{"window w\n loadi R0, 9\n orw R0, %w\n ret R0", "9"},
	{"globals g\n getgu R0, %g\n isset R1, R0\n ret R1", "false"},
	{"window w\n getwu R0, %w\n isset R1, R0\n ret R1", "false"},
	{"window w\n loadi R0, 1\n setw R0, %w\n getwu R0, %w\n isset R1, R0\n ret R1", "true"},
	{"undef R0\n nilundef R1, R0\n ret R1", "nil"},
	{"loadi R0, 3\n nilundef R1, R0\n ret R1", "3"},
	{"loadi R0, 3\n isfunc R1, R0\n ret R1", "false"},
	{"closure R0, R0, @f, 0\n isfunc R1, R0\n ret R1", "true"},

	// Arithmetic: fast, other scales, wide, not numbers, too large.
	{"loadi R0, 3\n loadi R1, 4\n add R2, R0, R1\n ret R2", "7"},
	{"loadk R0, 1.50\n loadi R1, 4\n add R2, R0, R1\n ret R2", "5.5"},
	{"loadk R0, 9223372036854775807\n loadi R1, 1\n add R2, R0, R1\n ret R2", "9223372036854775808"},
	{"loadk R0, 79228162514264337593543950335\n loadi R1, 1\n add R2, R0, R1\n ret R2", "! number_too_large"},
	{"loadk R0, \"5\"\n loadk R1, \"x\"\n add R2, R0, R1\n ret R2", "5"},
	{"loadi R0, 3\n addk R2, R0, 4\n ret R2", "7"},
	{"loadi R0, 3\n addk R2, R0, 4.25\n ret R2", "7.25"},
	{"loadk R0, 9223372036854775807\n addk R2, R0, 9223372036854775807\n ret R2", "18446744073709551614"},
	{"loadi R0, 3\n loadi R1, 4\n sub R2, R0, R1\n ret R2", "-1"},
	{"loadi R0, 3\n loadk R1, 0.5\n sub R2, R0, R1\n ret R2", "2.5"},
	{"loadk R0, -9223372036854775808\n loadi R1, 1\n sub R2, R0, R1\n ret R2", "-9223372036854775809"},
	{"loadi R0, 3\n subk R2, R0, 4\n ret R2", "-1"},
	{"loadk R0, \"3\"\n subk R2, R0, 4\n ret R2", "-1"},
	{"loadi R0, 3\n rsubk R2, R0, 10\n ret R2", "7"},
	{"loadk R0, 0.5\n rsubk R2, R0, 10\n ret R2", "9.5"},
	{"loadk R0, -9223372036854775808\n rsubk R2, R0, 1\n ret R2", "9223372036854775809"},
	{"loadi R0, 3\n loadi R1, -4\n mul R2, R0, R1\n ret R2", "-12"},
	{"loadk R0, 1.5\n loadk R1, 1.25\n mul R2, R0, R1\n ret R2", "1.875"},
	{"loadk R0, 4611686018427387904\n loadi R1, 4\n mul R2, R0, R1\n ret R2", "18446744073709551616"},
	{"loadk R0, 79228162514264337593543950335\n loadi R1, 2\n mul R2, R0, R1\n ret R2", "! number_too_large"},
	{"loadk R0, 0.000000000000001\n mulk R2, R0, 0.00000000000001\n ret R2", "0"},
	{"loadi R0, 3\n mulk R2, R0, 0.5\n ret R2", "1.5"},
	{"loadi R0, 2\n loadi R1, 3\n div R2, R0, R1\n ret R2", "0.6666666666666666666666666667"},
	{"loadi R0, 2\n loadi R1, 0\n div R2, R0, R1\n ret R2", "! division_by_zero"},
	{"loadi R0, 2\n loadk R1, \"x\"\n div R2, R0, R1\n ret R2", "! division_by_zero"},
	{"loadk R0, 79228162514264337593543950335\n loadk R1, 0.5\n div R2, R0, R1\n ret R2", "! number_too_large"},
	{"loadi R0, 3\n divk R2, R0, 4\n ret R2", "0.75"},
	{"loadi R0, -7\n loadi R1, 3\n mod R2, R0, R1\n ret R2", "2"},
	{"loadi R0, 7\n loadi R1, 0\n mod R2, R0, R1\n ret R2", "! division_by_zero"},
	{"loadi R0, 17\n modk R2, R0, 5\n ret R2", "2"},
	{"loadi R0, -17\n modk R2, R0, 5\n ret R2", "3"},
	{"loadk R0, 7.5\n modk R2, R0, 2\n ret R2", "1.5"},
	{"loadi R0, -7\n loadi R1, 2\n idiv R2, R0, R1\n ret R2", "-4"},
	{"loadi R0, 7\n loadi R1, -2\n idiv R2, R0, R1\n ret R2", "-4"},
	{"loadi R0, -8\n loadi R1, 2\n idiv R2, R0, R1\n ret R2", "-4"},
	{"loadk R0, 9000000000000\n loadi R1, 7\n idiv R2, R0, R1\n ret R2", "1285714285714"},
	{"loadk R0, -9223372036854775808\n loadi R1, -1\n idiv R2, R0, R1\n ret R2", "9223372036854775808"},
	{"loadk R0, -9223372036854775808\n loadk R1, 9223372036854775807\n idiv R2, R0, R1\n ret R2", "-2"},
	{"loadk R0, -9223372036854775808\n idivk R2, R0, 1\n ret R2", "-9223372036854775808"},
	{"loadi R0, 8\n loadi R1, 3\n mod R2, R0, R1\n ret R2", "2"},
	{"loadi R0, 8\n loadi R1, -3\n mod R2, R0, R1\n ret R2", "-1"},
	{"loadk R0, -9223372036854775808\n loadi R1, 10\n mod R2, R0, R1\n ret R2", "2"},
	{"loadk R0, -9000000000001\n modk R2, R0, 7\n ret R2", "4"},
	{"loadi R0, 7\n loadi R1, 0\n idiv R2, R0, R1\n ret R2", "! division_by_zero"},
	{"loadi R0, 17\n idivk R2, R0, 5\n ret R2", "3"},
	{"loadi R0, -17\n idivk R2, R0, 5\n ret R2", "-4"},
	{"loadi R0, 5\n neg R1, R0\n ret R1", "-5"},
	{"loadk R0, \"5\"\n neg R1, R0\n ret R1", "-5"},
	{"loadk R0, \"அ\"\n loadk R1, 1.50\n concat R2, R0, R1\n ret R2", "அ1.5"},
	{"loadi R0, 1\n loadi R1, 2\n concat R2, R0, R1\n ret R2", "12"},
	{"loadk R0, \"a\"\n loadk R1, \"b\"\n concat R0, R0, R1\n concat R0, R0, R1\n ret R0", "abb"},
	{"loadk R0, \"a\"\n loadi R1, 1\n loadnil R2\n concatn R3, R0, 3\n ret R3", "a1nil"},

	// Comparison.
	{"loadi R0, 1\n loadk R1, 1.0\n eq R2, R0, R1\n ret R2", "true"},
	{"loadi R0, 1\n loadk R1, \"1\"\n eq R2, R0, R1\n ret R2", "false"},
	{"loadi R0, 1\n loadi R1, 1\n ne R2, R0, R1\n ret R2", "false"},
	{"loadk R0, \"a\"\n loadk R1, \"b\"\n ne R2, R0, R1\n ret R2", "true"},
	{"loadi R0, 1\n loadi R1, 2\n lt R2, R0, R1\n ret R2", "true"},
	{"loadk R0, \"10\"\n loadk R1, \"9\"\n lt R2, R0, R1\n ret R2", "true"},
	{"loadnil R0\n loadnil R1\n le R2, R0, R1\n ret R2", "false"},
	{"loadk R0, 1.5\n loadi R1, 2\n le R2, R0, R1\n ret R2", "true"},
	{"loadi R0, 2\n loadi R1, 2\n le R2, R0, R1\n ret R2", "true"},
	{"loadk R0, true\n not R1, R0\n ret R1", "false"},
	{"loadk R0, \"\"\n not R1, R0\n ret R1", "true"},
	{"loadk R0, false\n truth R1, R0\n ret R1", "false"},
	{"loadk R0, \"x\"\n truth R1, R0\n ret R1", "true"},

	// Functions.
	{"loadi R0, 4\n call R0, @twice, 1\n ret R0", "8"},
	{"loadi R1, 4\n closure R0, R0, @twice, 0\n callv R0, 1\n ret R0", "8"},
	{"loadi R1, 4\n closure R0, R0, @twice, 0\n callv R0, 0\n ret R0", "! arity"},
	{"loadi R0, 4\n callv R0, 0\n ret R0", "! not_function"},
	{"loadi R0, 4\n loadi R1, 5\n closure R2, R0, @sum, 2\n loadi R3, 6\n callv R2, 1\n ret R2", "456"},
	{"loadi R0, 3\n call R0, @two, 1\n ret R0", "[3, nil]"},
	{"loadi R0, 3\n loadi R1, 4\n call R0, @two, 2\n ret R0", "[3, 4]"},
	{"loadi R1, 3\n closure R0, R0, @two, 0\n callv R0, 1\n ret R0", "[3, nil]"},
	{"loadi R0, 3\n loadi R1, 4\n callb R0, $count, 2\n ret R0", "2"},
	{"callb R0, $id, 0\n ret R0", "! arity"},
	{"loadi R1, 3\n loadk R0, $count\n isfunc R2, R0\n callv R0, 2\n ret R0", "2"},
	{"loadk R0, $id\n callv R0, 0\n ret R0", "! arity"},
	{"callb R0, $boom, 0\n ret R0", "! test.boom"},
	{"callb R0, $goerr, 0\n ret R0", "! failed"},
	{"loadi R0, 3\n callb R0, $wait, 1\n ret R0", "3"},
	{"loadi R0, 3\n callb R0, $waittwice, 1\n ret R0", "3"},
	{"callb R0, $waitfail, 0\n ret R0", "! test.late"},

	// Members.
	{"callb R0, $door, 0\n move R1, R0\n callm R1, \"open\", x0, 0\n getf R1, R0, \"opened\", x1\n ret R1", "1"},
	{"callb R0, $door, 0\n callm R0, \"opened\", x0, 0\n ret R0", "! no_member"},
	{"callb R0, $door, 0\n callm R0, \"shut\", x0, 0\n ret R0", "! no_member"},
	{"callb R0, $door, 0\n getf R0, R0, \"shut\", x1\n ret R0", "! no_member"},
	{"callb R0, $door, 0\n callm R0, \"open\", x0, 2\n ret R0", "! arity"},
	{"loadi R1, 1\n newlist R0, R1, 3\n callm R0, \"size\", x0, 0\n ret R0", "3"},
	{"loadi R0, 21\n callm R0, \"twice\", x0, 0\n ret R0", "42"},
	{"loadnil R0\n callm R0, \"size\", x0, 0\n ret R0", "! no_member"},
	{"class \"g\"\n closure R1, R0, @twice, 0\n newrec R0, R1, C0\n loadi R1, 5\n callm R0, \"g\", x0, 1\n ret R0", "10"},
	{"class \"g\"\n loadi R1, 1\n newrec R0, R1, C0\n callm R0, \"g\", x0, 0\n ret R0", "! not_function"},

	// Results and errors.
	{"loadi R0, 5\n ok R1, R0\n ret R1", "சரி(5)"},
	{"loadi R0, 5\n err R1, R0\n ret R1", "தவறு(5)"},
	{"loadi R0, 5\n ok R1, R0\n try R2, R1\n ret R2", "5"},
	{"loadi R0, 5\n err R1, R0\n try R2, R1\n loadi R1, 1\n ret R1", "தவறு(5)"},
	{"loadi R0, 5\n try R2, R0\n ret R2", "! not_result"},
	{"loadi R0, 5\n ok R1, R0\n trythrow R2, R1\n ret R2", "5"},
	{"loadi R0, 5\n err R1, R0\n trythrow R2, R1\n ret R2", "! unhandled"},
	{"loadi R0, 5\n trythrow R2, R0\n ret R2", "! not_result"},
	{"loadk R0, \"x\"\n throw R0", "! thrown"},
	{"fail \"unknown_function\", \"g\"", "! unknown_function"},
	{"fail \"mine\", \"என்னுடையது  (mine)\"", "! mine"},

	// Lists.
	{"newlist R0, R0, 0\n ret R0", "[]"},
	{"loadi R0, 1\n append R0, R0\n ret R0", "! not_list"},
	{"newlist R0, R0, 0\n loadi R1, 0\nL:\n append R0, R1\n forltk R1, 9, L, 1\n ret R0", "[0, 1, 2, 3, 4, 5, 6, 7, 8]"},
	{"newlist R0, R0, 0\n loadi R1, 1\n newlist R1, R1, 1\n spreadl R0, R1\n spreadl R0, R1\n ret R0", "[1, 1]"},
	{"newlist R0, R0, 0\n loadi R1, 1\n spreadl R0, R1\n ret R0", "! not_list"},
	{"loadi R0, 1\n newlist R1, R1, 0\n spreadl R0, R1\n ret R0", "! not_list"},

	// Two at once, where both would take the shortest way.
	{"loadk R0, 1\n loadk R1, 2\n loadk R2, 3\n muladd R0, R1, R2, R0\n mul R3, R1, R2\n add R0, R0, R3\n ret R0", "7"},
	{"loadk R0, 0.50\n loadk R1, 2.50\n loadk R2, 3\n muladd R0, R1, R2, R0\n mul R3, R1, R2\n add R0, R0, R3\n ret R0", "8"},
	{"loadk R0, 1\n loadk R1, 2.5\n loadk R2, 3\n muladd R0, R1, R2, R0\n mul R3, R1, R2\n add R0, R0, R3\n ret R0", "8.5"},
	{"loadk R0, 1\n loadk R1, 0.5\n loadk R2, 0.5\n muladd R0, R1, R2, R0\n mul R3, R1, R2\n add R0, R0, R3\n ret R0", "1.25"},
	{"loadk R0, 1\n loadk R1, 9223372036854775807\n loadk R2, 2\n muladd R0, R1, R2, R0\n mul R3, R1, R2\n add R0, R0, R3\n ret R0", "18446744073709551615"},
	{"loadk R0, 9223372036854775807\n loadk R1, 1\n loadk R2, 1\n muladd R0, R1, R2, R0\n mul R3, R1, R2\n add R0, R0, R3\n ret R0", "9223372036854775808"},
	{"loadk R0, -9223372036854775808\n loadk R1, -1\n loadk R2, 1\n muladd R0, R1, R2, R0\n mul R3, R1, R2\n add R0, R0, R3\n ret R0", "-9223372036854775809"},
	{"loadk R0, 79228162514264337593543950335\n loadk R1, 1\n loadk R2, 1\n muladd R0, R1, R2, R0\n mul R3, R1, R2\n add R0, R0, R3\n ret R0", "! number_too_large"},
	{"loadk R0, \"5\"\n loadk R1, 2\n loadk R2, 3\n muladd R0, R1, R2, R0\n mul R3, R1, R2\n add R0, R0, R3\n ret R0", "11"},
	{"loadk R0, 5\n loadk R1, \"2\"\n loadk R2, 3\n muladd R0, R1, R2, R0\n mul R3, R1, R2\n add R0, R0, R3\n ret R0", "11"},
	{"loadk R0, 5\n loadk R1, 2\n loadk R2, \"x\"\n muladd R0, R1, R2, R0\n mul R3, R1, R2\n add R0, R0, R3\n ret R0", "5"},
	{"loadi R0, 7\n loadi R1, 8\n newlist R0, R0, 2\n newlist R0, R0, 1\n loadk R1, 0\n loadk R2, 1\n getii R3, R0, R1, R2\n geti R3, R0, R1\n geti R3, R3, R2\n ret R3", "8"},
	{"loadi R0, 7\n loadi R1, 8\n newlist R0, R0, 2\n newlist R0, R0, 1\n loadk R1, 0\n loadk R2, 0\n getii R3, R0, R1, R2\n geti R3, R0, R1\n geti R3, R3, R2\n ret R3", "7"},
	{"loadi R0, 7\n loadi R1, 8\n newlist R0, R0, 2\n newlist R0, R0, 1\n loadk R1, 0\n loadk R2, 2\n getii R3, R0, R1, R2\n geti R3, R0, R1\n geti R3, R3, R2\n ret R3", "! index"},
	{"loadi R0, 7\n loadi R1, 8\n newlist R0, R0, 2\n newlist R0, R0, 1\n loadk R1, 1\n loadk R2, 0\n getii R3, R0, R1, R2\n geti R3, R0, R1\n geti R3, R3, R2\n ret R3", "! index"},
	{"loadi R0, 7\n loadi R1, 8\n newlist R0, R0, 2\n newlist R0, R0, 1\n loadk R1, -1\n loadk R2, 0\n getii R3, R0, R1, R2\n geti R3, R0, R1\n geti R3, R3, R2\n ret R3", "! index"},
	{"loadi R0, 7\n loadi R1, 8\n newlist R0, R0, 2\n newlist R0, R0, 1\n loadk R1, 0\n loadk R2, 0.5\n getii R3, R0, R1, R2\n geti R3, R0, R1\n geti R3, R3, R2\n ret R3", "! index_not_whole"},
	{"loadi R0, 7\n loadi R1, 8\n newlist R0, R0, 2\n newlist R0, R0, 1\n loadk R1, \"0\"\n loadk R2, 1\n getii R3, R0, R1, R2\n geti R3, R0, R1\n geti R3, R3, R2\n ret R3", "8"},
	{"loadi R0, 7\n loadi R1, 8\n newlist R0, R0, 2\n newlist R0, R0, 1\n loadk R1, 0\n loadk R2, \"1\"\n getii R3, R0, R1, R2\n geti R3, R0, R1\n geti R3, R3, R2\n ret R3", "8"},
	{"loadi R0, 7\n loadi R1, 8\n newlist R0, R0, 2\n move R0, R0\n loadk R1, 0\n loadk R2, 0\n getii R3, R0, R1, R2\n geti R3, R0, R1\n geti R3, R3, R2\n ret R3", "! not_indexable"},

	{"loadi R0, 7\n newlist R1, R0, 1\n loadi R2, 0\n geti R3, R1, R2\n ret R3", "7"},
	{"loadi R0, 7\n newlist R1, R0, 1\n loadi R2, 1\n geti R3, R1, R2\n ret R3", "! index"},
	{"loadi R0, 7\n newlist R1, R0, 1\n loadi R2, -1\n geti R3, R1, R2\n ret R3", "! index"},
	{"loadi R0, 7\n newlist R1, R0, 1\n loadk R2, 0.5\n geti R3, R1, R2\n ret R3", "! index_not_whole"},
	{"loadi R0, 7\n newlist R1, R0, 1\n loadk R2, 0.00\n geti R3, R1, R2\n ret R3", "7"},
	{"loadi R0, 7\n newlist R1, R0, 1\n loadk R2, \"0\"\n geti R3, R1, R2\n ret R3", "7"},
	{"loadk R1, \"கல்\"\n loadi R2, 1\n geti R3, R1, R2\n ret R3", "ல்"},
	{"loadk R1, \"கல்\"\n loadi R2, 2\n geti R3, R1, R2\n ret R3", "! index"},
	{"loadi R1, 5\n loadi R2, 2\n geti R3, R1, R2\n ret R3", "! not_indexable"},
	{"class \"a\" \"2\"\n loadi R1, 5\n loadi R2, 6\n newrec R1, R1, C0\n loadi R2, 2\n geti R3, R1, R2\n ret R3", "6"},
	{"class \"a\"\n loadi R1, 5\n newrec R1, R1, C0\n loadi R2, 2\n geti R3, R1, R2\n ret R3", "! no_field"},
	{"loadi R0, 7\n newlist R1, R0, 1\n getik R3, R1, 0\n ret R3", "7"},
	{"loadi R0, 7\n newlist R1, R0, 1\n getik R3, R1, -1\n ret R3", "! index"},
	{"loadk R1, \"abc\"\n getik R3, R1, 1\n ret R3", "b"},
	{"loadi R0, 7\n newlist R1, R0, 1\n loadi R2, 0\n seti R1, R2, R2\n ret R1", "[0]"},
	{"loadi R0, 7\n newlist R1, R0, 1\n copy R3, R1\n loadi R2, 0\n seti R1, R2, R2\n append R1, R3\n ret R1", "[0, [7]]"},
	{"loadi R0, 7\n newlist R1, R0, 1\n loadi R2, 3\n seti R1, R2, R2\n ret R1", "! index"},
	{"loadk R0, \"கல்\"\n loadi R2, 0\n seti R0, R2, R2\n ret R0", "! text_fixed"},
	{"loadi R0, 7\n loadi R2, 0\n seti R0, R2, R2\n ret R0", "! not_indexable"},
	{"class \"a\"\n loadi R0, 7\n newrec R0, R0, C0\n loadk R2, \"b\"\n seti R0, R2, R2\n loadi R1, 5\n seti R0, R1, R2\n ret R0", "{5: b, a: 7, b: b}"},
	{"loadi R0, 7\n newlist R1, R0, 1\n newlist R1, R1, 1\n copy R2, R1\n loadi R3, 0\n owni R1, R3\n geti R4, R1, R3\n seti R4, R3, R3\n seti R1, R3, R4\n newlist R0, R1, 2\n ret R0", "[[[0]], [[7]]]"},
	{"loadi R0, 7\n loadi R1, 0\n owni R0, R1\n ret R0", "! not_indexable"},
	{"loadk R0, \"a\"\n loadi R1, 0\n owni R0, R1\n ret R0", "! text_fixed"},
	{"newlist R0, R0, 0\n loadi R1, 0\n owni R0, R1\n ret R0", "! index"},
	{"loadi R0, 7\n newlist R1, R0, 1\n len R2, R1\n ret R2", "1"},
	{"loadk R1, \"கல்\"\n len R2, R1\n ret R2", "2"},
	{"class \"a\"\n loadi R0, 7\n newrec R0, R0, C0\n len R2, R0\n ret R2", "1"},
	{"loadi R1, 4\n len R2, R1\n ret R2", "! no_length"},

	// Records.
	{"class \"b\" \"a\"\n loadi R0, 1\n loadi R1, 2\n newrec R0, R0, C0\n ret R0", "{a: 2, b: 1}"},
	{"class \"b\"\n loadi R0, 1\n newrec R0, R0, C0\n getf R1, R0, \"b\", x1\n ret R1", "1"},
	{"class \"b\"\n loadi R0, 1\n newrec R0, R0, C0\n getf R1, R0, \"c\", x1\n ret R1", "! no_field"},
	{"loadi R0, 1\n getf R1, R0, \"c\", x1\n ret R1", "! not_record"},
	{"class \"b\"\n loadi R0, 1\n newrec R0, R0, C0\n copy R2, R0\n loadi R1, 5\n setf R0, \"b\", R1, x1\n setf R0, \"c\", R1, x2\n newlist R0, R0, 3\n ret R0", "[{b: 5, c: 5}, 5, {b: 1}]"},
	{"loadi R0, 1\n setf R0, \"b\", R0, x1\n ret R0", "! not_record"},
	{"class \"b\"\n loadi R0, 1\n newrec R0, R0, C0\n loadk R1, 0.5\n addf R0, \"b\", R1, x1\n subf R0, \"b\", R1, x2\n subf R0, \"b\", R1, x3\n ret R0", "{b: 0.5}"},
	{"class \"b\"\n loadk R0, \"x\"\n newrec R0, R0, C0\n loadi R1, 2\n addf R0, \"b\", R1, x1\n ret R0", "{b: 2}"},
	{"class \"b\"\n loadk R0, 79228162514264337593543950335\n newrec R0, R0, C0\n loadi R1, 2\n addf R0, \"b\", R1, x1\n ret R0", "! number_too_large"},
	{"class \"b\"\n loadi R0, 1\n newrec R0, R0, C0\n loadi R1, 2\n addf R0, \"c\", R1, x1\n ret R0", "! no_field"},
	{"loadi R0, 1\n addf R0, \"c\", R0, x1\n ret R0", "! not_record"},
	{"class \"b\"\nclass \"c\"\n loadi R0, 1\n newrec R0, R0, C0\n newrec R0, R0, C1\n copy R2, R0\n ownf R0, \"c\"\n getf R1, R0, \"c\", x1\n loadi R3, 9\n setf R1, \"b\", R3, x2\n setf R0, \"c\", R1, x3\n move R1, R2\n newlist R0, R0, 2\n ret R0", "[{c: {b: 9}}, {c: {b: 1}}]"},
	{"class \"b\"\n loadi R0, 1\n newrec R0, R0, C0\n ownf R0, \"c\"\n ret R0", "! no_field"},
	{"loadi R0, 1\n ownf R0, \"c\"\n ret R0", "! not_record"},
	{"class \"b\"\nclass \"b\" \"c\"\n loadi R0, 1\n loadi R1, 2\n newrec R2, R0, C1\n newrec R0, R0, C0\n spreadr R0, R2\n ret R0", "{b: 1, c: 2}"},
	{"class \"b\"\n loadi R0, 1\n newrec R0, R0, C0\n loadi R2, 1\n spreadr R0, R2\n ret R0", "! not_record"},
	{"loadi R0, 1\n spreadr R0, R0\n ret R0", "! not_record"},

	// Shapes.
	{"shape \"P\" x:number y:number?\n loadi R0, 1\n loadnil R1\n newshape R0, R0, S0\n ret R0", "P{x: 1, y: nil}"},
	{"shape \"P\" x:number\n loadk R0, \"a\"\n newshape R0, R0, S0\n ret R0", "! shape_kind"},
	{"shape \"P\" x:text\n loadi R0, 5\n newshape R0, R0, S0\n ret R0", "P{x: 5}"},
	{"shape \"P\" x:list<number>\n loadk R0, \"a\"\n newlist R0, R0, 1\n newshape R0, R0, S0\n ret R0", "! shape_kind"},
	{"shape \"P\" x:number\nshape \"Q\" p:P\n loadi R0, 5\n newshape R0, R0, S0\n newshape R0, R0, S1\n ret R0", "Q{p: P{x: 5}}"},
	{"shape \"P\" x:number\nshape \"Q\" p:P\n newlist R0, R0, 0\n newshape R0, R0, S1\n ret R0", "! shape_kind"},
	{"shape \"P\" x:number\n loadi R0, 5\n newshape R0, R0, S0\n loadi R1, 6\n setf R0, \"x\", R1, x1\n setf R0, \"x\", R1, x2\n ret R0", "P{x: 6}"},
	{"shape \"P\" x:number\n loadi R0, 5\n newshape R0, R0, S0\n loadnil R1\n setf R0, \"x\", R1, x1\n ret R0", "! shape_kind"},
	{"shape \"P\" x:number\n loadi R0, 5\n newshape R0, R0, S0\n setf R0, \"y\", R0, x1\n ret R0", "! shape_field"},
	{"shape \"P\" x:number\n loadi R0, 5\n newshape R0, R0, S0\n loadk R1, \"y\"\n seti R0, R1, R1\n ret R0", "! shape_field"},
	{"shape \"P\" x:bool\n loadk R0, true\n newshape R0, R0, S0\n loadi R1, 1\n addf R0, \"x\", R1, x1\n ret R0", "! shape_kind"},
	{"shape \"P\" x:number\nclass \"x\"\n loadi R0, 5\n newrec R0, R0, C0\n toshape R0, R0, S0\n ret R0", "சரி(P{x: 5})"},
	{"shape \"P\" x:number\n loadi R0, 5\n newshape R0, R0, S0\n toshape R0, R0, S0\n try R0, R0\n ret R0", "P{x: 5}"},
	{"shape \"P\" x:number\nclass \"y\"\n loadi R0, 5\n newrec R0, R0, C0\n toshape R0, R0, S0\n try R0, R0\n ret R0", "தவறு(P வடிவத்திற்குப் பொருந்தாத புலங்கள்: x, y  (fields do not fit the shape P: x, y))"},
	{"shape \"P\" x:number y:any?\nclass \"x\" \"z\"\n loadi R0, 5\n loadi R1, 5\n newrec R0, R0, C0\n toshape R0, R0, S0\n ret R0", "தவறு(வடிவம் P இல் 'z' என்ற புலம் இல்லை  (shape P has no field 'z'))"},
	{"shape \"P\" x:number\nclass \"x\"\n loadk R0, \"a\"\n newrec R0, R0, C0\n toshape R0, R0, S0\n ret R0", "தவறு(P.x ஓர் எண் ஆக இருக்க வேண்டும்; கிடைத்தது ஓர் உரை  (P.x must be a number, got a string))"},
	{"shape \"P\" x:number\n loadi R0, 1\n toshape R0, R0, S0\n ret R0", "தவறு(P ஒரு பொருள் ஆக இருக்க வேண்டும்; கிடைத்தது ஓர் எண்  (P must be a record, got a number))"},
	{"shape \"P\" x:number~1~5\n loadi R0, 5\n newshape R0, R0, S0\n loadi R1, 1\n setf R0, \"x\", R1, x1\n addf R0, \"x\", R1, x2\n ret R0", "P{x: 2}"},
	{"shape \"P\" x:number~1~5\n loadi R0, 6\n newshape R0, R0, S0\n ret R0", "! shape_rule"},
	{"shape \"P\" x:any~1~5\n loadi R0, 5\n newshape R0, R0, S0\n loadi R1, 6\n setf R0, \"x\", R1, x1\n ret R0", "! shape_rule"},
	{"shape \"P\" x:any~1~5\n loadi R0, 3\n newshape R0, R0, S0\n loadi R1, 1\nL:\n addf R0, \"x\", R1, x1\n forltk R1, 9, L, 1\n ret R0", "! shape_rule"},
	{"shape \"P\" x:any~1~5\n loadi R0, 3\n newshape R0, R0, S0\n loadi R1, 1\nL:\n setf R0, \"x\", R1, x1\n forltk R1, 9, L, 1\n ret R0", "! shape_rule"},
	{"shape \"P\" x:list<number>~1~2\n loadi R0, 3\n newlist R0, R0, 1\n newshape R0, R0, S0\n loadi R1, 1\n newlist R1, R1, 0\n setf R0, \"x\", R1, x1\n ret R0", "! shape_rule"},
	{"shape \"P\" x:number\nshape \"Q\" p:P\nclass \"x\"\nclass \"p\"\n loadi R0, 5\n newrec R0, R0, C0\n newrec R0, R0, C1\n toshape R0, R0, S1\n ret R0", "சரி(Q{p: P{x: 5}})"},
	{"shape \"P\" x:number double=@double\n loadi R0, 5\n newshape R0, R0, S0\n callm R0, \"double\", x0, 0\n ret R0", "10"},
	{"shape \"P\" x:number double=@double\n loadi R0, 5\n newshape R0, R0, S0\n callm R0, \"double\", x0, 1\n ret R0", "! arity"},
	// What a call has learnt of one shape isn't taken for another's, nor for a field or a member.
	{"shape \"P\" x:number m=@double\nshape \"Q\" x:number m=@self\nclass \"m\" \"x\"\n loadi R0, 5\n newshape R1, R0, S0\n newshape R2, R0, S1\n closure R3, R0, @two, 0\n move R4, R0\n newrec R3, R3, C0\n newlist R0, R0, 0\n append R0, R1\n append R0, R1\n append R0, R2\n append R0, R1\n append R0, R2\n newlist R1, R1, 0\n iter R2, R0\nL:\n next R2, R5, E\n callm R5, \"m\", x1, 0\n append R1, R5\n loop L\nE:\n ret R1", "[10, 10, Q{x: 5}, 10, Q{x: 5}]"},
	{"shape \"P\" x:number m=@double\nclass \"m\"\n loadi R0, 5\n newshape R1, R0, S0\n closure R2, R0, @two, 0\n newrec R2, R2, C0\n newlist R3, R0, 0\n append R3, R1\n append R3, R1\n append R3, R2\n newlist R1, R1, 0\n iter R2, R3\nL:\n next R2, R4, E\n move R5, R0\n callm R4, \"m\", x1, 0\n append R1, R4\n loop L\nE:\n ret R1", "! arity"},
	{"shape \"P\" x:number double=!double\n loadi R0, 5\n newshape R0, R0, S0\n callm R0, \"double\", x0, 0\n ret R0", "! no_member"},

	// Iteration.
	{"loadi R0, 3\n loadi R1, 4\n newlist R0, R0, 2\n iter R1, R0\n newlist R2, R2, 0\nL:\n next R1, R3, E\n append R2, R3\n loop L\nE:\n ret R2", "[3, 4]"},
	{"loadi R0, 3\n loadi R1, 4\n newlist R0, R0, 2\n iter R1, R0\n newlist R2, R2, 0\nL:\n next2 R1, R3, E\n append R2, R3\n append R2, R4\n loop L\nE:\n ret R2", "[0, 3, 1, 4]"},
	{"class \"b\" \"a\"\n loadi R0, 1\n loadi R1, 2\n newrec R0, R0, C0\n iter R1, R0\n newlist R2, R2, 0\nL:\n next2 R1, R3, E\n append R2, R3\n append R2, R4\n loop L\nE:\n ret R2", "[a, 2, b, 1]"},
	{"loadk R0, \"கல்\"\n iter R1, R0\n newlist R2, R2, 0\nL:\n next R1, R3, E\n append R2, R3\n loop L\nE:\n ret R2", "[க, ல்]"},
	{"loadi R0, 3\n iter R1, R0\n ret R1", "! not_iterable"},
	{"loadi R0, 3\n next R0, R1, E\nE:\n ret R0", "! not_iterable"},
	{"loadi R0, 3\n loadi R1, 4\n newlist R0, R0, 2\n iter R1, R0\n newlist R2, R2, 0\n next R1, R3, E\nL:\n append R2, R3\n loopnext R1, R3, L\nE:\n ret R2", "[3, 4]"},
	{"loadk R0, \"கல்\"\n iter R1, R0\n newlist R2, R2, 0\n next R1, R3, E\nL:\n append R2, R3\n loopnext R1, R3, L\nE:\n ret R2", "[க, ல்]"},
	{"loadi R0, 3\n loadi R1, 4\n newlist R0, R0, 2\n iter R1, R0\n newlist R2, R2, 0\n next2 R1, R3, E\nL:\n append R2, R3\n append R2, R4\n loopnext2 R1, R3, L\nE:\n ret R2", "[0, 3, 1, 4]"},
	{"class \"b\" \"a\"\n loadi R0, 1\n loadi R1, 2\n newrec R0, R0, C0\n iter R1, R0\n newlist R2, R2, 0\n next2 R1, R3, E\nL:\n append R2, R3\n append R2, R4\n loopnext2 R1, R3, L\nE:\n ret R2", "[a, 2, b, 1]"},
	{"newlist R0, R0, 0\n loopnext R0, R1, E\nE:\n ret R0", "! not_iterable"},
}

const helperFuncs = `
func "twice" params=1 regs=1
  add R0, R0, R0
  ret R0
func "two" params=2 min=1 regs=2
  nilundef R1, R1
  newlist R0, R0, 2
  ret R0
func "sum" params=1 regs=4 captures=2
  move R2, R0
  getc R0, 0
  getc R1, 1
  concatn R0, R0, 3
  ret R0
func "self" params=1 regs=1
  ret R0
func "double" params=1 regs=2
  getf R0, R0, "x", x0
  add R0, R0, R0
  ret R0
`

// program makes one of a row's text: what stands before the first instruction goes
// before the functions.
func program(body string) string {
	head := ""
	for {
		line, rest, _ := strings.Cut(body, "\n")
		switch word, _, _ := strings.Cut(strings.TrimSpace(line), " "); word {
		case "globals", "window", "class", "shape":
			head += strings.TrimSpace(line) + "\n"
			body = rest
			continue
		}
		return head + "func \"f\" regs=6 caches=5\n" + body + helperFuncs
	}
}

func TestInstructions(t *testing.T) {
	for _, c := range instructionTests {
		if got := call(t, program(c.body)); got != c.want {
			t.Errorf("%s\n  gives %s, want %s", c.body, got, c.want)
		}
	}
}

// TestJumps tries every jump on values for which it is taken and for which it isn't, on
// its fast path and its slow one.
func TestJumps(t *testing.T) {
	type cases struct {
		op       string
		constant bool
		holds    func(c int, ordered bool) bool // c: order of the operands
	}
	yes := func(f func(int) bool) func(int, bool) bool {
		return func(c int, ordered bool) bool { return ordered && f(c) }
	}
	no := func(f func(int) bool) func(int, bool) bool {
		return func(c int, ordered bool) bool { return !(ordered && f(c)) }
	}
	lt, le := func(c int) bool { return c < 0 }, func(c int) bool { return c <= 0 }
	gt, ge := func(c int) bool { return c > 0 }, func(c int) bool { return c >= 0 }
	eq := func(c int) bool { return c == 0 }
	pairs := []struct {
		a, b    string
		c       int
		ordered bool
	}{
		{"3", "4", -1, true}, {"4", "4", 0, true}, {"5", "4", 1, true},
		{"3.5", "4", -1, true}, {"4.00", "4", 0, true}, {"4.5", "4", 1, true},
		{"\"3\"", "4", -1, true}, {"nil", "4", 1, false}, {"18446744073709551616", "4", 1, true},
	}
	for _, k := range []cases{
		{"jlt", false, yes(lt)}, {"jnlt", false, no(lt)}, {"jle", false, yes(le)}, {"jnle", false, no(le)},
		{"jltk", true, yes(lt)}, {"jnltk", true, no(lt)}, {"jlek", true, yes(le)}, {"jnlek", true, no(le)},
		{"jgtk", true, yes(gt)}, {"jngtk", true, no(gt)}, {"jgek", true, yes(ge)}, {"jngek", true, no(ge)},
		{"jeq", false, yes(eq)}, {"jne", false, no(eq)}, {"jeqk", true, yes(eq)}, {"jnek", true, no(eq)},
		{"looplt", false, yes(lt)}, {"loople", false, yes(le)}, {"loopltk", true, yes(lt)}, {"looplek", true, yes(le)},
		{"loopgtk", true, yes(gt)}, {"loopgek", true, yes(ge)},
	} {
		for _, p := range pairs {
			if (k.op == "jeq" || k.op == "jne" || k.op == "jeqk" || k.op == "jnek") && p.a == "\"3\"" {
				continue // equality doesn't convert
			}
			b := "R1"
			if k.constant {
				b = p.b
			}
			body := "loadk R0, " + p.a + "\n loadk R1, " + p.b + "\n " + k.op + " R0, " + b + ", Y\n loadk R2, false\n ret R2\nY:\n loadk R2, true\n ret R2"
			want := "false"
			if k.holds(p.c, p.ordered) {
				want = "true"
			}
			if got := call(t, program(body)); got != want {
				t.Errorf("%s %s, %s: %s, want %s", k.op, p.a, p.b, got, want)
			}
		}
	}
	for _, c := range []struct{ op, val, want string }{
		{"jt", "true", "true"}, {"jt", "false", "false"}, {"jt", "0", "false"}, {"jt", "\"a\"", "true"},
		{"jf", "true", "false"}, {"jf", "false", "true"}, {"jf", "0", "true"}, {"jf", "\"a\"", "false"},
		{"loopt", "true", "true"}, {"loopt", "nil", "false"}, {"loopt", "1", "true"},
		{"loopf", "false", "true"}, {"loopf", "nil", "true"}, {"loopf", "1", "false"},
	} {
		body := "loadk R0, " + c.val + "\n " + c.op + " R0, Y\n loadk R2, false\n ret R2\nY:\n loadk R2, true\n ret R2"
		if got := call(t, program(body)); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.op, c.val, got, c.want)
		}
	}
	if got := call(t, program("jump E\nL:\n loadi R0, 5\n ret R0\nE:\n loop L")); got != "5" {
		t.Errorf("jump and loop: %s", got)
	}
}

func TestCountingLoops(t *testing.T) {
	for _, c := range []struct{ op, from, to, step, want string }{
		{"forlt", "0", "3", "1", "[0, 1, 2]"},
		{"forle", "0", "3", "1", "[0, 1, 2, 3]"},
		{"forltk", "0", "3", "2", "[0, 2]"},
		{"forlek", "1", "5", "2", "[1, 3, 5]"},
		{"forlt", "0.5", "3", "1", "[0.5, 1.5, 2.5]"},
		{"forle", "0.5", "2.5", "1", "[0.5, 1.5, 2.5]"},
		{"forltk", "0.5", "3", "1", "[0.5, 1.5, 2.5]"},
		{"forlek", "0.5", "2.5", "1", "[0.5, 1.5, 2.5]"},
		{"forlt", "\"1\"", "3", "1", "[1, 2]"},
		{"forltk", "9223372036854775806", "0", "127", "[9223372036854775806]"},
	} {
		b := "R1"
		if strings.HasSuffix(c.op, "k") {
			b = c.to
		}
		body := "loadk R0, " + c.from + "\n loadk R1, " + c.to + "\n newlist R2, R2, 0\nL:\n append R2, R0\n " +
			c.op + " R0, " + b + ", L, " + c.step + "\n ret R2"
		if got := call(t, program(body)); got != c.want {
			t.Errorf("%s from %s to %s by %s: %s, want %s", c.op, c.from, c.to, c.step, got, c.want)
		}
	}
	if got := call(t, program("loadk R0, 79228162514264337593543950335\nL:\n forltk R0, 1, L, 1\n ret R0")); got != "! number_too_large" {
		t.Errorf("a counter beyond the largest number: %s", got)
	}
}

// TestCountingIsAddingAndComparing: a counting instruction does what the two do that it stands for, whatever it
// is given.
func TestCountingIsAddingAndComparing(t *testing.T) {
	values := []string{"0", "2", "-3", "2.5", "9223372036854775807", "nil", "true", "false", "\"\"", "\"5\"", "\"x\""}
	for _, from := range values {
		for _, to := range values {
			for _, op := range []string{"lt", "le"} {
				begin := "loadk R0, " + from + "\n loadk R1, " + to + "\n loadi R2, 0\nL:\n addk R2, R2, 1\n loopgtk R2, 5, E\n "
				end := "E:\n newlist R0, R0, 3\n ret R0"
				two := call(t, program("jump S\n"+end+"\nS:\n "+begin+"addk R0, R0, 1\n loop"+op+" R0, R1, L\n "+strings.Replace(end, "E:", "", 1)))
				one := call(t, program("jump S\n"+end+"\nS:\n "+begin+"for"+op+" R0, R1, L, 1\n "+strings.Replace(end, "E:", "", 1)))
				if one != two {
					t.Errorf("for%s from %s to %s: %s, not %s", op, from, to, one, two)
				}
			}
		}
	}
}

// TestEveryInstructionIsTested keeps the tables above whole.
func TestEveryInstructionIsTested(t *testing.T) {
	seen := map[string]bool{"halt": true} // the end of every top level
	for _, c := range append(instructionTests, struct{ body, want string }{body: helperFuncs}) {
		for line := range strings.Lines(c.body) {
			word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			seen[word] = true
		}
	}
	for _, op := range strings.Fields(`jump jt jf jeq jne jlt jnlt jle jnle jeqk jnek jltk jnltk jlek jnlek jgtk jngtk jgek jngek
		loopt loopf looplt loople loopltk looplek loopgtk loopgek forlt forle forltk forlek`) {
		seen[op] = true // TestJumps, TestCountingLoops
	}
	for op := range code.NumOps {
		if !seen[op.String()] {
			t.Errorf("no test runs %s", op)
		}
	}
}
