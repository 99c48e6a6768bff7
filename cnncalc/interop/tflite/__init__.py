"""TFLite models, read on `struct` alone."""
