package data

import "etamil/vm"

// Native is the native of a builtin.
func Native(id string) vm.Native {
	for _, n := range natives {
		if n.ID == id {
			return n.Run
		}
	}
	return nil
}
