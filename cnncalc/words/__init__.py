"""The words of others: what PyTorch, Keras and textbooks call things, and we otherwise.

Nothing here is imported before a name was not found, or a call failed.
"""
