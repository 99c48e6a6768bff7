"""The families of networks, one file for each."""
