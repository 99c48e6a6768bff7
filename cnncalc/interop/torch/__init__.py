"""PyTorch modules, read by running them once without numbers."""
