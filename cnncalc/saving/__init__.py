"""Networks as text: JSON that can be read back, and Python source.

`form` says what the JSON looks like and how large it may be, `to_json` writes it,
`from_json` reads it; `python` writes source, with `source` as its pen.
"""
