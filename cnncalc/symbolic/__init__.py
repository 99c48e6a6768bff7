"""A network's numbers as exact expressions in its size, and the way back."""
