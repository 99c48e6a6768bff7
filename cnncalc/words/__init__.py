"""The words of others: what PyTorch, Keras and textbooks call things, and we otherwise.

What is here is imported when a name was not found, when a call failed, or when an input
looks like one of another library.
"""
