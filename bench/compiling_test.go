package main

import (
	"strings"
	"testing"
)

func TestLargeProgram(t *testing.T) {
	text, lines := largeProgram("f_0 = 1;\ng_0 = f_0;\n", 5)
	want := "f_0 = 1;\ng_0 = f_0;\nf_1 = 1;\ng_1 = f_1;\nf_2 = 1;\ng_2 = f_2;\n"
	if text != want || lines != 6 {
		t.Errorf("%d lines:\n%s", lines, text)
	}
}

func TestCompileTable(t *testing.T) {
	row := func(c CompileRow) string {
		var b strings.Builder
		(&VMResults{Compile: &c}).compileTable(&b)
		return b.String()
	}
	good := CompileRow{Lines: 10_000, Ms: []float64{100, 90, 120}, Empty: []float64{20, 10, 30}}
	if got := row(good); !strings.Contains(got, "10000 lines") || !strings.Contains(got, ": 80.0 / 80.0 ms, met.") {
		t.Error(got)
	}
	slow := good
	slow.Ms = []float64{200}
	if got := row(slow); !strings.Contains(got, "/ 180 ms, **missed** ▼.") {
		t.Error(got)
	}
	wrong := good
	wrong.Wrong = "exit status 1: no"
	if got := row(wrong); got != "Does not count: checking a program of 10000 lines: exit status 1: no.\n\n" {
		t.Error(got)
	}
	var b strings.Builder
	if (&VMResults{}).compileTable(&b); b.Len() > 0 {
		t.Error(b.String())
	}
}
