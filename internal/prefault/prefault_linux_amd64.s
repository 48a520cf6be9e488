#include "textflag.h"

#define SYS_madvise 28

// func madvise(from, length, advice uintptr)
TEXT ·madvise(SB), NOSPLIT, $0-24
	MOVQ	from+0(FP), DI
	MOVQ	length+8(FP), SI
	MOVQ	advice+16(FP), DX
	MOVQ	$SYS_madvise, AX
	SYSCALL
	RET
