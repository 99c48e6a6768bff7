"""Whatever text or thing arrives, the answer is a value or an error of our own.

Few cases are drawn here. ``HYPOTHESIS_PROFILE=long python -m pytest tests/test_fuzz.py
tests/test_saving.py`` draws thousands, other ones each time.
"""

import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc import CnncalcError, Sequential, Shape, from_json, sweep, zoo
from cnncalc.cli import main
from cnncalc.sizes.axes import axes, pads

NET = Sequential(input=(8, 8, 3), name="net").conv(3, 4, name="C1").relu().fc(2)

texts = st.text(max_size=20) | st.sampled_from(
    ["", "C1", "net/C1", "-", "=1+1", "<script>", "1e9", "٣", "\x00", "a" * 999]
)
things = st.one_of(
    texts,
    st.none(),
    st.booleans(),
    st.integers(-3, 10**30),
    st.floats(),
    st.binary(max_size=4),
    st.lists(st.integers(-2, 9) | st.text(max_size=2), max_size=4),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
    st.just(NET),
    st.just(object()),
).flatmap(lambda thing: st.sampled_from([thing, (thing, thing), [thing]]))

LAYERS = [
    *("Conv2d", "DepthwiseConv2d", "SeparableConv2d", "ConvTranspose2d"),
    *("PartialConv2d", "Pool", "GlobalPool", "AdaptivePool", "FC", "RBF", "Norm"),
    *("Activation", "Flatten", "Dropout", "StochasticDepth", "Pad", "Crop"),
    *("Upsample", "LayerScale", "Split", "Permute", "ChannelShuffle"),
    *("LSTM", "GRU", "RNN", "ConvLSTM2d", "Unknown"),
    *("Branch", "Residual", "Repeat", "Inception", "Fire", "SqueezeExcite"),
]

QUESTIONS = {
    "a shape": Shape.of,
    "what is stated along axes": axes,
    "a padding": pads,
    "an input": lambda thing: Sequential(input=thing),
    "a name": lambda thing: Sequential(input=3, name=thing).fc(1, name=thing).summary(),
    "a part": NET.add,
    "another shape": NET.on,
    "a path": lambda thing: NET.graph[thing],
    "a row or step": lambda thing: NET[thing],
    "a node to explain": NET.explain,
    "a node to freeze": NET.freeze,
    "a region": lambda thing: NET.region("C1", thing, thing),
    "the node of a region": lambda thing: NET.region(thing, 0, 0),
    "types of a peak": NET.peak_memory,
    "types of a plan": NET.memory_plan,
    "types in training": lambda thing: NET.training_memory(dtype=thing),
    "a choice": lambda thing: NET.peak_memory(inplace=thing),
    "what a device computes in": lambda thing: NET.roofline("T4", thing),
    "a device of one's own": lambda thing: cnncalc.Device("x", thing, thing, "me"),
    "columns": lambda thing: str(NET.summary(columns=thing)),
    "a depth": lambda thing: str(NET.summary(depth=thing)),
    "a sorting": lambda thing: str(NET.summary(sort=thing)),
    "a filter": lambda thing: str(NET.summary(where=thing)),
    "a batch": lambda thing: str(NET.summary(batch=thing)),
    "units": lambda thing: str(NET.summary(units=thing)),
    "bytes": lambda thing: str(NET.summary(byte_units=thing)),
    "a layout": lambda thing: str(NET.summary(layout=thing)),
    "a language": lambda thing: str(NET.summary(language=thing)),
    "a convention": NET.operations,
    "a data type": NET.memory,
    "a mapping of types": NET.memory_report,
    "a device": NET.roofline,
    "an optimiser": NET.training_memory,
    "bits": lambda thing: NET.bit_operations(thing, thing),
    "a picture": lambda thing: NET.draw(thing).to_svg(),
    "a title": lambda thing: NET.draw(title=thing).to_svg(),
    "another network": NET.diff,
    "networks": lambda thing: cnncalc.compare(NET, thing),
    "numbers to compare": lambda thing: cnncalc.compare(NET, NET, columns=thing),
    "a network of the zoo": zoo.build,
    "classes": lambda thing: zoo.build("lenet", classes=thing),
    "claims": zoo.claims,
    "a saved network": from_json,
    "a grid": lambda thing: list(sweep(lambda **_: NET, thing)),
    "a limit": lambda thing: list(sweep(lambda: NET, [{}], max_params=thing)),
}


few = settings(max_examples=min(settings.default.max_examples, 25))
if settings.default.max_examples > settings.get_profile("cnncalc").max_examples:
    few = settings.default  # as long as somebody wishes


@pytest.mark.no_cover
@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
@few
@given(things)
def test_any_argument(ask, thing):
    """Every question takes any argument, or says in a CnncalcError what is wrong."""
    with contextlib.suppress(CnncalcError):
        ask(thing)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", LAYERS)
@few
@given(
    st.lists(things, max_size=3), st.sampled_from(["stride", "padding", "bias"]), things
)
def test_any_field(name, arguments, keyword, value):
    """A layer takes any fields, or says which is wrong; what does not exist, Python."""
    kind = getattr(cnncalc, name)
    for keywords in ({}, {keyword: value}):
        try:
            layer = kind(*arguments, **keywords)
            assert isinstance(repr(layer), str)
        except CnncalcError:
            pass
        except TypeError as error:
            if "argument" not in str(error):
                raise


WORDS = [
    *("summary", "explain", "compare", "diff", "draw", "claims", "list", "save"),
    *("lenet", "lenet5", "C1", "--columns", "--input", "--depth", "--sort", "--where"),
    *("--format", "json", "html", "--language", "zh", "--convention", "fvcore"),
    *("32x32x1", "9x9", "params", "macs", "--batch", "3", "--kind", "-1", "x:y", "--"),
]


@few
@given(st.lists(st.sampled_from(WORDS) | texts, max_size=6))
def test_any_command(words):
    """Any words are a command, or one line says what is wrong with them."""
    words = [w for w in words if w not in {"-", "--output", "completion"}]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(words)
        except SystemExit as stop:
            code = stop.code

    assert code in {0, 1, 2}
    assert (code == 2) == err.getvalue().startswith("cnncalc: ")
