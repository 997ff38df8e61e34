"""KServe's own rules about its objects, as pure functions and plain data."""
