"""The commands' work: observe, decide, record, act."""
