"""What runs in the browser beside cnncalc: the calculator's answers, and cells."""
