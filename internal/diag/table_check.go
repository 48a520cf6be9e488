package diag

// checkRows are the mistakes that internal/check finds.
var checkRows = []Row{}
