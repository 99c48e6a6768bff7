"""Ultralytics' descriptions of models as networks: not there yet."""
