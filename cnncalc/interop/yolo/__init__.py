"""Models of Ultralytics' YAML, read from their rows: no PyTorch, and none of its code."""
