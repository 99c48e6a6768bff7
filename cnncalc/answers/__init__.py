"""The answers to questions: tables as data, and what every answer does with them."""
