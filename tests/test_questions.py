"""Questions: functions of a network that are its methods and properties."""

import inspect
import pydoc
import subprocess
import sys

import pytest

from cnncalc import Network, Sequential, zoo
from cnncalc.cost import seen
from cnncalc.memory import liveness
from cnncalc.network.fluent import method_call
from cnncalc.network.question import fact, question
from cnncalc.operations import flops, roofline

QUESTIONS = {
    name: asked
    for name, asked in vars(Network).items()
    if isinstance(asked, (question, fact))
}
METHODS = [name for name, asked in QUESTIONS.items() if isinstance(asked, question)]


def parameters(name):
    """Return the names of what a question is asked with."""
    return [*inspect.signature(getattr(zoo.lenet(), name)).parameters]


def test_a_question_is_the_function_itself():
    """Of the class it is the function; of a network a bound method that asks it."""
    net = zoo.lenet()

    assert liveness.peak_memory is Network.peak_memory
    assert liveness.peak_memory is net.peak_memory.__wrapped__
    assert net is net.peak_memory.__self__
    assert net.peak_memory == net.peak_memory
    assert liveness.peak_memory(net, "int8", batch=2) == net.peak_memory(
        "int8", batch=2
    )


@pytest.mark.parametrize("name", QUESTIONS)
def test_its_text_is_the_functions(name):
    """What help shows of a network is what is written at the function, once."""
    function = QUESTIONS[name].find()
    shown = pydoc.plain(pydoc.render_doc(getattr(Network, name)))
    first = inspect.getdoc(function).splitlines()[0]

    assert first.endswith(".")
    assert first in shown
    assert first in pydoc.plain(pydoc.render_doc(Network))


@pytest.mark.parametrize("name", METHODS)
def test_its_signature_lacks_the_network(name):
    """The first parameter of the function is the network, which the method has."""
    function = QUESTIONS[name].find()
    first, *others = inspect.signature(function).parameters

    assert "net" == first
    assert others == parameters(name)


@pytest.mark.parametrize("name", METHODS)
def test_all_its_arguments_are_explained(name):
    """What it is asked with stands under Args, in order, and nothing else does."""
    text = inspect.getdoc(getattr(Network, name))
    args = text.partition("\nArgs:\n")[2].partition("\n\n")[0]
    told = [
        line.strip().partition(":")[0]
        for line in args.splitlines()
        if line.startswith("    ") and not line.startswith("     ")
    ]

    assert not told or parameters(name) == told
    assert told or {"path"} >= set(parameters(name))


def test_facts_are_properties():
    """A fact is a property, with the text and the type of its function."""
    net = zoo.lenet()

    assert isinstance(Network.flops, property)
    assert flops.network_flops is Network.flops.fget
    assert flops.network_flops.__doc__ == Network.flops.__doc__
    assert seen.receptive_field(net) == net.receptive_field


@pytest.mark.parametrize("name", ["flops", "peak_memory", "to_json"])
def test_nobody_sets_an_answer(name):
    """A network is immutable: its questions stay as they are."""
    with pytest.raises(AttributeError):
        setattr(zoo.lenet(), name, 3)


def test_what_answers_is_imported_when_it_is_asked():
    """To make a network loads no analysis; to ask loads that of the question."""
    code = (
        "import sys\n"
        "from cnncalc import Sequential\n"
        "net = Sequential(input=8).fc(2)\n"
        "before = {m for m in sys.modules if m.startswith('cnncalc.')}\n"
        "net.peak_memory()\n"
        "after = {m for m in sys.modules if m.startswith('cnncalc.')}\n"
        "print(*sorted(before), sep=',')\n"
        "print(*sorted(after - before), sep=',')"
    )
    before, asked = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    homes = {QUESTIONS[name].find().__module__ for name in QUESTIONS}

    assert set() == homes & set(before.split(","))
    assert {"cnncalc.memory.liveness"} == homes & set(asked.split(",")) - {
        "cnncalc.memory.types"  # which that needs
    }


CALLS = [
    ".conv(5, 6)",
    ".conv1d(5, 6)",
    ".pool(2)",
    ".activation('relu')",
    ".global_pool()",
    ".residual(Sequential().relu())",
    ".channel_shuffle(2)",
]


@pytest.mark.parametrize("call", CALLS)
def test_every_kind_is_written_as_its_method(call):
    """A step is printed as the call that adds it, whichever kind has a method."""
    (step,) = eval(f"Sequential(){call}").steps

    assert call.replace("relu()", "activation('relu')") == method_call(step)


def test_names_of_the_first_version():
    """What version 0.1 called otherwise is still answered."""
    net = zoo.mobilenet_v2()
    again = net.running_as_functions("*/relu*")

    assert roofline.roofline is Network.bounds
    assert ("avgpool",) == net.functional == net.module_less
    assert ("*/relu*",) == again.module_less
    assert again.operations("thop") == net.calling_as_functions("*/relu*").operations(
        "thop"
    )


def test_open_networks_are_asked_with_an_input():
    """Reports take an input shape; one of another name stands as its class."""
    net = Sequential().conv(3, 4)

    assert "Sequential: 8×8×1 → 6×6×4" in str(net.summary(input=(8, 8, 1)))
    assert "Sequential" == net.explain(input=(8, 8, 1)).title
    assert "Sequential: architecture" == net.draw(input=(8, 8, 1)).title
