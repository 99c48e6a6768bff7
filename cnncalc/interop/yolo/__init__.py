"""Ultralytics' descriptions of models, read without PyTorch."""
