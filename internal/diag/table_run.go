package diag

// runRows are the mistakes that a running program meets.
var runRows = []Row{}
