"""The comparison with what people use now: `bin/bench compare`."""
