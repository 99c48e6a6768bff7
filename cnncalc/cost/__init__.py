"""Each node's numbers and their totals, receptive fields, lints, deployed views."""
