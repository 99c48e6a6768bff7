"""Reports: columns arranged as tables of typed cells, and their renderers."""
