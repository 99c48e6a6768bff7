"""Renderers: each turns a table into one format, and is a pure function."""
