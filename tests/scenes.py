"""What is drawn where, read from a picture's data: rooms, and which of them overlap."""

from itertools import islice, product

from cnncalc.draw.scene import Group, Outline, Rectangle


def overlapping(labels):
    """Return the pairs of labels that share room: each with those that begin in it."""
    found, labels = [], sorted(labels, key=lambda label: label.top)
    for place, a in enumerate(labels, start=1):
        for b in islice(labels, place, None):
            if a.top + a.height <= b.top:
                break
            if a.left < b.left + b.width and b.left < a.left + a.width:
                found.append((a, b))
    return found


def outside(drawing):
    """Return the labels that leave the picture."""
    width, height = round(drawing.scene.width), round(drawing.scene.height)
    return [
        label
        for label in drawing.labels
        if label.left < 0
        or label.top < 0
        or label.left + label.width > width + 1
        or label.top + label.height > height + 1
    ]


def points_of(part):
    """Return the corners of what is drawn, in groups too, but not those of texts."""
    if isinstance(part, Group):
        return [point for each in part.parts for point in points_of(each)]
    if isinstance(part, Rectangle):
        return [(part.x, part.y), (part.x + part.width, part.y + part.height)]
    traces = part.traces if isinstance(part, Outline) else ()
    return [p for t in traces for p in (t.start, *(step[-1] for step in t.steps))]


def rooms_of(drawing):
    """Return the room of each block: its left, upper, right and lower edge."""
    found = []
    for part in drawing.scene.parts:
        if isinstance(part, Group) and part.is_block:
            xs, ys = zip(*points_of(part))
            found.append((min(xs), min(ys), max(xs), max(ys)))
    return found


def crowded(drawing):
    """Return the pairs of blocks, and of blocks and labels, that share room.

    A label may be within a block.
    """
    parts = drawing.scene.parts
    blocks = [p for p in parts if isinstance(p, Group) and p.is_block]
    marked = list(zip(rooms_of(drawing), map(shapes_of, blocks)))
    for x, y, wide, high, *_ in drawing.labels:
        room = (x, y, x + wide, y + high)
        marked.append((room, None))
    marked.sort(key=lambda pair: pair[0])
    found = []
    for place, (a, shape) in enumerate(marked, start=1):
        for b, other in islice(marked, place, None):
            if a[2] - 0.01 <= b[0]:
                break
            apart = a[3] - 0.01 <= b[1] or b[3] - 0.01 <= a[1]
            if apart or not (shape or other) or is_within(b, a):
                continue
            pairs = product(shape or [corners(a)], other or [corners(b)])
            if not all(are_apart(*pair) for pair in pairs):
                found.append((a, b))
    return found


def shapes_of(part):
    """Return the corners of each convex shape of a block."""
    if isinstance(part, Group):
        return [shape for each in part.parts for shape in shapes_of(each)]
    if isinstance(part, Rectangle):
        x, y, wide, high, *_ = part
        return [corners((x, y, x + wide, y + high))]
    return [points_of(part)]


def corners(room):
    """Return the corners of a room, in order."""
    left, top, right, bottom = room
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def are_apart(one, other):
    """Tell whether two convex shapes have a side of one of them between them."""
    for (x, y), (to_x, to_y) in [
        pair for shape in (one, other) for pair in zip(shape, [*shape[1:], shape[0]])
    ]:
        across = (y - to_y, to_x - x)
        first, second = (
            [across[0] * x + across[1] * y for x, y in shape] for shape in (one, other)
        )
        near = 0.01 * (abs(across[0]) + abs(across[1]))
        if max(first) <= min(second) + near or max(second) <= min(first) + near:
            return True
    return False


def is_within(room, other):
    """Tell whether a room is within another."""
    (a, b, c, d), (e, f, g, h) = room, other
    return e <= a and f <= b and c <= g and d <= h


def lines_of(drawing):
    """Return the ends of each straight step of each line."""
    found = []
    for part in drawing.scene.elements():
        if isinstance(part, Outline) and part.look in {"line", "line thin"}:
            for trace in part.traces:
                before = trace.start
                for step in trace.steps:
                    if len(step) == 1:
                        found.append((before, step[0]))
                    before = step[-1]
    return found
