"""Networks as JavaScript functions of their sizes, against the integer reading."""

import json
import re
import shutil
import subprocess
from math import gcd

import pytest

from cnncalc import (
    CnncalcError,
    OptionError,
    Sequential,
    Symbol,
    Unknown,
    zoo,
)
from cnncalc.memory.liveness import alive
from cnncalc.symbolic.counting import QUANTITIES
from cnncalc.symbolic.scripted import scripted


class Listed(tuple):
    """A list of JavaScript, as far as it is needed."""

    __slots__ = ()

    def includes(self, number):
        return number in self


KNOWN = {
    "floor": lambda a, b: a // b,
    "ceil": lambda a, b: -(-a // b),
    "gcd": gcd,
    "same": lambda a, b: int(a == b),
    "Listed": Listed,
}
SIGNS = {"===": "==", "!==": "!=", "&&": " and ", "||": " or ", "$": ""}


def in_python(code, sizes):
    """Evaluate the subset of JavaScript that is written here, without JavaScript."""
    text = re.sub(r"\b(\d+)n\b", r"\1", code)
    text = re.sub(r"(?<=[\[,:&|])(\[[\d,]*\])(?=\.)", r"Listed(\1)", text)
    text = re.sub("|".join(map(re.escape, SIGNS)), lambda m: SIGNS[m[0]], text)
    names = text[1 : text.index(")")].split(",")
    known = {**KNOWN, **dict(zip(names, sizes, strict=True))}
    numbers = eval(re.search(r"numbers=(\[.*?\]);", text)[1], known)
    if largest := re.search(r"push\((\[[\d,]*\])", text):
        numbers.append(max(numbers[place] for place in eval(largest[1])))
    every, memory = re.search(r"all:\[(.*)\],memory:\[(.*)\]\}\}", text).groups()
    holds = {"all": eval(f"[{every}]", known), "memory": eval(f"[{memory}]", known)}
    return {"numbers": numbers, "holds": holds}


def by_node(code, several):
    """Run it in Node.js."""
    big = "(_, v) => typeof v === 'bigint' ? `${v}n` : v"
    calls = f"{json.dumps(several)}.map((sizes) => ({code})(...sizes))"
    done = subprocess.run(
        [shutil.which("node"), "-"],
        input=f"console.log(JSON.stringify({calls}, {big}))",
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    for each in found:
        each["numbers"] = [int(number[:-1]) for number in each["numbers"]]
    return found


SIZES = [(5, 7, 1), (33, 97, 3), (224, 224, 2), (225, 300, 1)]
NETWORKS = ["lenet5", "resnet18", "vgg11", "mobilenet_v3_small", "unet"]


def expected(net, script, batch):
    """Return the same numbers of the integer reading, by their places."""
    numbers = {}
    for name in QUANTITIES:
        times = 1 if name in {"params", "trainable_params", "buffers"} else batch
        numbers[script.totals[name]] = getattr(net, name) * times
    held = alive(net, batch=batch)
    for path, places in script.rows.items():
        row = net[path]
        numbers |= dict(zip(places["output"], row.output, strict=True))
        numbers[places["params"]] = row.params
        if "alive" in places:
            numbers[places["alive"]] = held[path]
    if "peak_memory" in script.totals:
        numbers[script.totals["peak_memory"]] = net.peak_memory(batch=batch)
    return numbers


@pytest.mark.parametrize("name", NETWORKS)
def test_numbers_are_those_of_the_integers(name):
    """Of all rows and totals, where they hold; elsewhere nothing can be built."""
    net = zoo.build(name)
    script = scripted(net)
    count = 0
    for height, width, batch in SIZES:
        found = in_python(script.code, (height, width, batch))
        try:
            other = net.on((height, width, net.input.channels))
        except CnncalcError:
            assert not all(found["holds"]["all"])
            continue
        count += 1
        wanted = expected(other, script, batch)

        assert wanted == {place: found["numbers"][place] for place in wanted}
        assert all(found["holds"]["all"])
        assert all(found["holds"]["memory"])
    assert count


def test_what_is_there_for_some_sizes_is_counted_there():
    """A Swin's windows pad and roll as the size is; its memory is left out."""
    net = zoo.swin_t()
    script = scripted(net)
    found = in_python(script.code, (100, 333, 1))
    other = net.on((100, 333, 3))
    totals = {name: found["numbers"][script.totals[name]] for name in QUANTITIES}

    assert {name: getattr(other, name) for name in QUANTITIES} == totals
    assert "peak_memory" not in script.totals


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")
@pytest.mark.parametrize("name", [*NETWORKS, "nasnet_mobile", "swin_t"])
def test_javascript_reads_it_so(name):
    """What runs in JavaScript is what the tests here take it for."""
    script = scripted(zoo.build(name))
    wanted = [in_python(script.code, sizes) for sizes in SIZES]

    assert wanted == by_node(script.code, SIZES)


def test_conditions_have_words_in_the_same_order():
    """An even size, or 3, of which one arm has one position; and two that agree."""
    strided = Sequential().conv(3, 8, stride=2, padding=1)
    net = Sequential(input=(32, 32, 8)).residual(strided, shortcut=Sequential().pool(2))
    script = scripted(net)
    found = in_python(script.code, (6, 9, 1))

    both = ("H = 3 or H mod 2 = 0", "W = 3 or W mod 2 = 0")
    assert both == script.conditions["all"]
    assert [True, False] == found["holds"]["all"]


def test_conditions_of_several_sizes():
    """A kernel that is a letter must fit, and a height may be as the width is."""
    net = Sequential(input=(9, 8, 3)).conv(Symbol("k", like=3), 4, stride="s")
    code = scripted(net).code

    assert [True, True] == in_python(code, (9, 8, 5, 2, 1))["holds"]["all"]
    assert [True, False] == in_python(code, (9, 8, 9, 2, 1))["holds"]["all"]


def test_some_sizes_may_be_listed():
    """⌈H/2⌉ = ⌈H/3⌉ for 1, 2 and 4 alone, and ⌈3/3⌉ is spread over ⌈3/2⌉."""
    thirds = Sequential().conv(1, 8, stride=3)
    halves = Sequential().conv(1, 8, stride=2)
    net = Sequential(input=(4, 4, 8)).residual(halves, shortcut=thirds)
    code = scripted(net).code
    found = [n for n in range(1, 9) if in_python(code, (n, 1, 1))["holds"]["all"][0]]

    assert [1, 2, 3, 4] == found


def test_symbols_of_layers_have_a_number_to_begin_with():
    """They are arguments behind the sizes; the network has none of its own."""
    net = Sequential(input=(8, 8, 3)).conv(3, Symbol("F", like=6))
    script = scripted(net, batch="n")
    found = in_python(script.code, (10, 9, 5, 1))

    assert ("H", "W", "F", "n") == script.symbols
    assert (8, 8) == script.own[:2]
    assert 5 * 28 == found["numbers"][script.totals["params"]]


def test_what_is_unknown_is_a_bound():
    """Behind what is not known there is no output, and every number is a bound."""
    net = Sequential(input=(8, 8, 3)).conv(3, 4).add(Unknown("Mystery")).conv(1, 2)
    script = scripted(net)

    assert "output" not in script.rows["unknown1"]
    assert script.totals["macs"] in script.bounds
    assert script.rows["conv1"]["macs"] not in script.bounds


def test_a_batch_needs_a_symbol_of_its_own():
    """H is the height."""
    with pytest.raises(OptionError, match="H stands for a size, too"):
        scripted(zoo.lenet(), batch="H")
