"""What a question returns: a table as data, and what every answer does with it."""
