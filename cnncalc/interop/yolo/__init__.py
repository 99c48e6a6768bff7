"""Models of Ultralytics' YAML, read row by row, without PyTorch."""
