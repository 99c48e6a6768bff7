"""Sizes: arithmetic that is kept, and how it is written. No layer is known here."""
