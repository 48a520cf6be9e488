package load

// largeText is the length in bytes from which a file is a large program: some 2,000 lines.
const largeText = 64 << 10

// Large, if it isn't nil, is told the length of a large file before that is read; what it
// answers keeps the file from being read. The process sets it before it reads anything.
var Large func(size int) error
