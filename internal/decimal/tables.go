package decimal

// The tables are written out so that the program starts without computing them;
// TestTables computes them.

// pow192 holds 10^0..10^57.
var pow192 = [maxPow192 + 1]u192{
	{0x1, 0x0, 0x0},                                              // 0
	{0xa, 0x0, 0x0},                                              // 1
	{0x64, 0x0, 0x0},                                             // 2
	{0x3e8, 0x0, 0x0},                                            // 3
	{0x2710, 0x0, 0x0},                                           // 4
	{0x186a0, 0x0, 0x0},                                          // 5
	{0xf4240, 0x0, 0x0},                                          // 6
	{0x989680, 0x0, 0x0},                                         // 7
	{0x5f5e100, 0x0, 0x0},                                        // 8
	{0x3b9aca00, 0x0, 0x0},                                       // 9
	{0x2540be400, 0x0, 0x0},                                      // 10
	{0x174876e800, 0x0, 0x0},                                     // 11
	{0xe8d4a51000, 0x0, 0x0},                                     // 12
	{0x9184e72a000, 0x0, 0x0},                                    // 13
	{0x5af3107a4000, 0x0, 0x0},                                   // 14
	{0x38d7ea4c68000, 0x0, 0x0},                                  // 15
	{0x2386f26fc10000, 0x0, 0x0},                                 // 16
	{0x16345785d8a0000, 0x0, 0x0},                                // 17
	{0xde0b6b3a7640000, 0x0, 0x0},                                // 18
	{0x8ac7230489e80000, 0x0, 0x0},                               // 19
	{0x6bc75e2d63100000, 0x5, 0x0},                               // 20
	{0x35c9adc5dea00000, 0x36, 0x0},                              // 21
	{0x19e0c9bab2400000, 0x21e, 0x0},                             // 22
	{0x2c7e14af6800000, 0x152d, 0x0},                             // 23
	{0x1bcecceda1000000, 0xd3c2, 0x0},                            // 24
	{0x161401484a000000, 0x84595, 0x0},                           // 25
	{0xdcc80cd2e4000000, 0x52b7d2, 0x0},                          // 26
	{0x9fd0803ce8000000, 0x33b2e3c, 0x0},                         // 27
	{0x3e25026110000000, 0x204fce5e, 0x0},                        // 28
	{0x6d7217caa0000000, 0x1431e0fae, 0x0},                       // 29
	{0x4674edea40000000, 0xc9f2c9cd0, 0x0},                       // 30
	{0xc0914b2680000000, 0x7e37be2022, 0x0},                      // 31
	{0x85acef8100000000, 0x4ee2d6d415b, 0x0},                     // 32
	{0x38c15b0a00000000, 0x314dc6448d93, 0x0},                    // 33
	{0x378d8e6400000000, 0x1ed09bead87c0, 0x0},                   // 34
	{0x2b878fe800000000, 0x13426172c74d82, 0x0},                  // 35
	{0xb34b9f1000000000, 0xc097ce7bc90715, 0x0},                  // 36
	{0xf436a000000000, 0x785ee10d5da46d9, 0x0},                   // 37
	{0x98a224000000000, 0x4b3b4ca85a86c47a, 0x0},                 // 38
	{0x5f65568000000000, 0xf050fe938943acc4, 0x2},                // 39
	{0xb9f5610000000000, 0x6329f1c35ca4bfab, 0x1d},               // 40
	{0x4395ca0000000000, 0xdfa371a19e6f7cb5, 0x125},              // 41
	{0xa3d9e40000000000, 0xbc627050305adf14, 0xb7a},              // 42
	{0x6682e80000000000, 0x5bd86321e38cb6ce, 0x72cb},             // 43
	{0x11d100000000000, 0x9673df52e37f2410, 0x47bf1},             // 44
	{0xb22a00000000000, 0xe086b93ce2f768a0, 0x2cd76f},            // 45
	{0x6f5a400000000000, 0xc5433c60ddaa1640, 0x1c06a5e},          // 46
	{0x5986800000000000, 0xb4a05bc8a8a4de84, 0x118427b3},         // 47
	{0x7f41000000000000, 0xe4395d69670b12b, 0xaf298d05},          // 48
	{0xf88a000000000000, 0x8ea3da61e066ebb2, 0x6d79f8232},        // 49
	{0xb564000000000000, 0x926687d2c40534fd, 0x446c3b15f9},       // 50
	{0x15e8000000000000, 0xb8014e3ba83411e9, 0x2ac3a4edbbf},      // 51
	{0xdb10000000000000, 0x300d0e549208b31a, 0x1aba4714957d},     // 52
	{0x8ea0000000000000, 0xe0828f4db456ff0c, 0x10b46c6cdd6e3},    // 53
	{0x9240000000000000, 0xc51999090b65f67d, 0xa70c3c40a64e6},    // 54
	{0xb680000000000000, 0xb2fffa5a71fba0e7, 0x6867a5a867f103},   // 55
	{0x2100000000000000, 0xfdffc78873d4490d, 0x4140c78940f6a24},  // 56
	{0x4a00000000000000, 0xebfdcb54864ada83, 0x28c87cb5c89a2571}, // 57
}

// dropPow[k] divides by 10^k, 1 <= k <= maxDrop, by multiplying: with 10^k in
// 2^log..2^(log+1), inverse is floor(2^(128+log) / 10^k), of 128 bits.
var dropPow = [maxDrop + 1]struct {
	invLo, invHi uint64
	log          uint
}{
	{}, // 0
	{0xcccccccccccccccc, 0xcccccccccccccccc, 3},   // 1
	{0x3d70a3d70a3d70a3, 0xa3d70a3d70a3d70a, 6},   // 2
	{0x645a1cac083126e9, 0x83126e978d4fdf3b, 9},   // 3
	{0xd3c36113404ea4a8, 0xd1b71758e219652b, 13},  // 4
	{0xfcf80dc33721d53, 0xa7c5ac471b478423, 16},   // 5
	{0xa63f9a49c2c1b10f, 0x8637bd05af6c69b5, 19},  // 6
	{0x3d32907604691b4c, 0xd6bf94d5e57a42bc, 23},  // 7
	{0xfdc20d2b36ba7c3d, 0xabcc77118461cefc, 26},  // 8
	{0x31680a88f8953030, 0x89705f4136b4a597, 29},  // 9
	{0xb573440e5a884d1b, 0xdbe6fecebdedd5be, 33},  // 10
	{0xf78f69a51539d748, 0xafebff0bcb24aafe, 36},  // 11
	{0xf93f87b7442e45d3, 0x8cbccc096f5088cb, 39},  // 12
	{0x2865a5f206b06fb9, 0xe12e13424bb40e13, 43},  // 13
	{0x538484c19ef38c94, 0xb424dc35095cd80f, 46},  // 14
	{0xf9d37014bf60a10, 0x901d7cf73ab0acd9, 49},   // 15
	{0x4c2ebe687989a9b3, 0xe69594bec44de15b, 53},  // 16
	{0x9befeb9fad487c2, 0xb877aa3236a4b449, 56},   // 17
	{0x3aff322e62439fcf, 0x9392ee8e921d5d07, 59},  // 18
	{0x2b31e9e3d06c32e5, 0xec1e4a7db69561a5, 63},  // 19
	{0x88f4bb1ca6bcf584, 0xbce5086492111aea, 66},  // 20
	{0xd3f6fc16ebca5e03, 0x971da05074da7bee, 69},  // 21
	{0x5324c68b12dd6338, 0xf1c90080baf72cb1, 73},  // 22
	{0x75b7053c0f178293, 0xc16d9a0095928a27, 76},  // 23
	{0xc4926a9672793542, 0x9abe14cd44753b52, 79},  // 24
	{0x3a83ddbd83f52204, 0xf79687aed3eec551, 83},  // 25
	{0x95364afe032a819d, 0xc612062576589dda, 86},  // 26
	{0x775ea264cf55347d, 0x9e74d1b791e07e48, 89},  // 27
	{0x8bca9d6e188853fc, 0xfd87b5f28300ca0d, 93},  // 28
	{0x96ee45813a04330, 0xcad2f7f5359a3b3e, 96},   // 29
	{0xa1258379a94d028d, 0xa2425ff75e14fc31, 99},  // 30
	{0x80eacf948770ced7, 0x81ceb32c4b43fcf4, 102}, // 31
	{0x67de18eda5814af2, 0xcfb11ead453994ba, 106}, // 32
	{0xecb1ad8aeacdd58e, 0xa6274bbdd0fadd61, 109}, // 33
	{0xbd5af13bef0b113e, 0x84ec3c97da624ab4, 112}, // 34
	{0x955e4ec64b44e864, 0xd4ad2dbfc3d07787, 116}, // 35
	{0xdde50bd1d5d0b9e9, 0xaa242499697392d2, 119}, // 36
	{0x7e50d64177da2e54, 0x881cea14545c7575, 122}, // 37
	{0x96e7bd358c904a21, 0xd9c7dced53c72255, 126}, // 38
}
