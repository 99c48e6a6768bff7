"""Fluent methods: every kind and every function has one, written as the class is."""

import inspect
import subprocess
import sys

import pytest
from test_roles import KINDS, modes

from cnncalc import Activation, ConfigError, Join, Pool, Sequential
from cnncalc.layers.activation import FUNCTIONS
from cnncalc.network.fluent import FluentMethods, fluent

METHODS = {
    name: method
    for name, method in vars(FluentMethods).items()
    if isinstance(method, fluent)
}


def is_chained(kind):
    """Tell whether a kind takes one input, so that it is a step of a chain."""
    return not issubclass(kind, Join) and kind.arity[0] == 1


def test_every_kind_of_one_input_has_a_method():
    """A chain can have any kind, but for joins and inputs, by a method of its own."""
    chained = {kind for kind in KINDS if is_chained(kind)}

    assert len(chained) >= 22
    assert set() == chained - {method.make for method in METHODS.values()}


@pytest.mark.parametrize(
    ("net", "params", "buffers"),
    [
        (Sequential(input=(8, 8, 4)).layer_norm(axes=(0, 1, 2)), 2 * 8 * 8 * 4, 0),
        (Sequential(input=(8, 8, 4)).layer_norm(shift=False), 4, 0),
        (Sequential(input=(8, 8, 4)).batch_norm(frozen=True), 0, 4 * 4),
        (Sequential(input=(8, 8, 4)).batch_norm(statistics=False), 2 * 4, 0),
        (Sequential(input=(8, 8, 4)).instance_norm(statistics=True), 2 * 4, 2 * 4),
        (Sequential(input=(8, 8, 4)).group_norm(2, scale=False), 4, 0),
    ],
)
def test_methods_of_norms_take_what_norms_have(net, params, buffers):
    """Norms of all shapes and states are said in one line, by their usual names."""
    assert (params, buffers) == (net.params, net.buffers)


def test_what_a_method_adds_is_printed_as_that_call():
    """The call that a layer is printed as is that of the method that adds its class."""
    for kind in KINDS:
        if is_chained(kind):
            (name,) = {each.__name__ for each in METHODS.values() if each.make is kind}
            for layer in modes(kind):
                text = repr(Sequential().add(layer)).removeprefix("Sequential()")

                assert text.startswith(f".{name}("), layer
                assert eval(f"Sequential(){text}") == Sequential().add(layer)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_has_a_method(function):
    """``net.celu()`` adds an activation of that function."""
    net = getattr(Sequential(input=(4, 4, 3)), function)(name="f", trainable=False)

    assert (Activation(function, trainable=False),) == net.steps
    assert "f" == net.nodes[0].name


def test_a_slope_may_be_shared():
    """prelu has 3 slopes for 3 channels, or one for all; no other function has any."""
    net = Sequential(input=(4, 4, 3))

    assert [3, 1] == [net.prelu().params, net.prelu(shared=True).params]
    with pytest.raises(TypeError, match="shared"):
        net.relu(shared=True)
    with pytest.raises(ConfigError, match="shared is 'all'"):
        net.prelu(shared="all")


@pytest.mark.parametrize("name", METHODS)
def test_a_method_says_what_the_class_says(name):
    """Its signature, after the network, and its documentation are the class's own."""
    made = METHODS[name].make
    method = getattr(Sequential(), name)

    assert METHODS[name] is METHODS[METHODS[name].__name__]  # conv2d is conv
    assert inspect.getdoc(made) == inspect.getdoc(METHODS[name])
    assert list(inspect.signature(made).parameters) == list(
        inspect.signature(method).parameters
    )
    first, *others = inspect.signature(getattr(Sequential, name)).parameters.values()
    assert "self" == first.name
    assert list(inspect.signature(made).parameters.values()) == others


def test_a_kind_is_imported_when_it_is_used():
    """Importing cnncalc brings no pool and no block; their methods do, and no others."""
    code = (
        "import sys, cnncalc\n"
        "places = ['layers.pool', 'layers.norm', 'blocks.combine']\n"
        "there = lambda: [p for p in places if f'cnncalc.{p}' in sys.modules]\n"
        "print(there())\n"
        "net = cnncalc.Sequential().pool(2)\n"
        "print(there(), repr(net), there())\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert [
        "[]",
        "['layers.pool'] Sequential().pool(2) ['layers.pool']",
    ] == run.stdout.splitlines()


def test_a_class_that_is_called_as_one_of_ours():
    """A user's class of the same name is added by its own name, not by a method."""
    theirs = type("Pool", (type(Activation("relu")).__mro__[1],), {})

    assert Pool is METHODS["pool"].make
    assert "Sequential().add(Pool())" == repr(Sequential().add(theirs()))
