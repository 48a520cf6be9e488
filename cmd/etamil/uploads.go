package main

import (
	"fmt"

	"etamil/internal/config"
	"etamil/internal/multipart"
)

// uploadsFolder reports whether files can be put into the folder that the settings name for
// them, which the first client who sends a large one should not have to find out. What is
// wrong has been said when it can't.
func (c *call) uploadsFolder(cfg *config.Config) bool {
	if cfg.UploadDir == "" {
		return true // the system's own
	}
	if err := multipart.TryFolder(cfg.UploadDir); err != nil {
		fmt.Fprintf(c.Err, "etamil: uploads.folder: இங்கு கோப்புகளை வைக்க முடியவில்லை  (files can't be put here): %v\n", err)
		return false
	}
	return true
}
