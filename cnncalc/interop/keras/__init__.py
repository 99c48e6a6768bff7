"""Keras models, read from their configuration: nothing in it is imported or run."""
