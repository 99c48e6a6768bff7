"""Models that somebody broke, or wrote to do harm: for the readers' tests."""

import json

VALUES = (
    *(None, True, False, -1, 0, 1, 2, 3, 7, 65_537, 2**31, 2**62, 10**30, -(2**63)),
    *(
        0.5,
        -1.5,
        1e308,
        float("inf"),
        float("nan"),
        "",
        "a",
        "../../etc/passwd",
        "é\n\0",
    ),
    *([], {}, [[]], [None], [0], [1, 2, 3], [-1, 2**62], {"class_name": "Dense"}),
    *({"config": {}}, "x" * 10_000, [[["a", 0, 0, {}]]], {"a": {"b": [1]}}),
)


def mutated(data, chance):
    """Return plain data with one to three places changed, and the data left alone."""
    data = json.loads(json.dumps(data))
    for _ in range(chance.randint(1, 3)):
        places = list(_places(data))
        if places:
            _change(chance, places, *chance.choice(places))
    return data


def _places(data):
    """Yield every container, and each of its keys."""
    waiting = [data]
    while waiting:
        here = waiting.pop()
        keys = here if isinstance(here, dict) else range(len(here))
        for key in keys:
            yield here, key
            if isinstance(here[key], (dict, list)):
                waiting.append(here[key])


def _change(chance, places, here, key):
    """Change what is at a place: to another value, to that of another place, or gone."""
    how = chance.random()
    if how < 0.5:
        here[key] = chance.choice(VALUES)
    elif how < 0.7:
        other, place = chance.choice(places)
        here[key] = json.loads(json.dumps(other[place]))
    elif how < 0.85:
        del here[key]
    elif isinstance(here, list):
        here.insert(key, json.loads(json.dumps(here[key])))
    else:
        here[chance.choice(("name", "units", "axis", "layers"))] = here[key]


def nested_models(depth, times):
    """Return a Keras model in which a chain is applied so often, on so many levels."""
    inner = {"class_name": "Dense", "config": {"name": "d", "units": 3}}
    for level in range(depth):
        name, call = f"m{level}", "dense" if not level else f"m{level - 1}"
        inner = _calling(name, call, inner, times)
    return inner


def _calling(name, call, inner, times):
    """Return a Keras 2 model that applies a layer so often, one after another."""
    layer = {**inner, "name": call, "inbound_nodes": []}
    for number in range(times):
        source = ["i", 0, 0, {}] if not number else [call, number - 1, 0, {}]
        layer["inbound_nodes"].append([source])
    start = {"class_name": "InputLayer", "name": "i", "inbound_nodes": []}
    start["config"] = {"batch_input_shape": [None, 3], "name": "i"}
    config = {"name": name, "layers": [start, layer], "input_layers": [["i", 0, 0]]}
    config["output_layers"] = [[call, times - 1, 0]]
    return {"class_name": "Functional", "config": config}
