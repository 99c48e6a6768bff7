"""Analyses: each turns the table of a network into columns of numbers."""
