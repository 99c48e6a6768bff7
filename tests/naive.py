"""What naive walks of tests share."""


def each(stated, rank=2):
    """Return what is stated along each axis, of an int or a tuple."""
    return stated if isinstance(stated, tuple) else (stated,) * rank


def ends(padding, rank=2):
    """Return what a padding puts before and behind each axis, or its word for each."""
    if isinstance(padding, str):
        return (padding,) * rank
    return tuple(each(side) for side in each(padding, rank))
