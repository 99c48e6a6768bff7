"""Other tools' models, read into networks."""
