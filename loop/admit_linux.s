// This file lets functions without bodies be declared, as admit_linux.go does.
