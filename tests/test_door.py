"""Whatever is called, and however: never is the answer a bare error of Python's."""

import inspect
import pickle

import pytest

import cnncalc
from cnncalc import (
    ArgumentError,
    AtLeast,
    Builder,
    CnncalcError,
    Conv2d,
    Sequential,
    Shape,
    compare,
    sweep,
    zoo,
)
from cnncalc.door import guarded

NET = zoo.lenet5()

# What people hold in their hands, by what it is called.
VALUES = {
    "net": NET,
    "open": Sequential().conv(3, 4),
    "graph": NET.graph,
    "builder": Builder(),
    "shape": Shape(32, 32, 3),
    "row": NET.nodes[0],
    "layer": Conv2d(3, 4),
    "summary": NET.summary(),
    "comparison": compare(NET, NET),
    "plan": NET.memory_plan(),
    "explanation": NET.explain("C1"),
    "drawing": NET.draw(),
    "page": NET.report(),
    "sweep": sweep(zoo.lenet, {"classes": [3]}),
    "variant": sweep(zoo.lenet, {"classes": [3]}).rows()[0],
    "reconciliation": NET.reconcile("fvcore"),
    "region": NET.region("C1", 0, 0),
    "roofline": NET.roofline("T4"),
    "training": NET.training_memory(),
    "claim": zoo.lenet5.claims[0],
    "convention": cnncalc.Convention("own", "None.", ()),
    "device": cnncalc.Device("mine", 1, 1, "me"),
    "member": zoo.lenet,
}

# Methods of tuples, lists and dictionaries, which are Python's own; and rules, which
# people write but do not call.
PYTHONS = {name for kind in (tuple, list, dict) for name in dir(kind)}
RULES = {name for name in dir(Conv2d) if not name.startswith("_")} - {
    *("output", "params", "trainable_params", "buffers", "connections", "macs"),
}
# What stands in a chain of its own making, and what a block asks of it.
INNER = {"lower", "made", "next_name", "has", "lowered", "node_of", "paste"}


def offered():
    """Give what the package offers and can be called, by name."""
    for name in cnncalc.__all__:
        thing = getattr(cnncalc, name)
        is_error = inspect.isclass(thing) and issubclass(thing, Exception)
        if callable(thing) and not is_error and not inspect.isabstract(thing):
            yield name, thing
    for name in ("build", "claims", "names", "lenet", "unet"):
        yield f"zoo.{name}", getattr(zoo, name)


def methods(word, value):
    """Give the public methods of a value, by name, without rules and Python's own."""
    left_out = INNER | (PYTHONS if isinstance(value, (tuple, dict)) else set())
    left_out |= RULES if word == "layer" else set()
    for name in dir(value):
        kind = inspect.getattr_static(value, name, None)
        if name.startswith("_") or name in left_out or isinstance(kind, property):
            continue
        try:
            method = getattr(value, name)
        except CnncalcError:  # what other libraries call otherwise
            continue
        if callable(method) and not inspect.isclass(method):
            yield f"{word}.{name}", method


FUNCTIONS = dict(offered())
for word, value in VALUES.items():
    FUNCTIONS |= methods(word, value)


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
class TestEverythingThatIsCalled:
    def test_an_unknown_name_is_answered(self, function):
        """It says what there is no such argument of, and what to write."""
        with pytest.raises(CnncalcError) as caught:
            function(nonsense=3)

        assert caught.value.fix or caught.value.hint

    def test_so_is_an_unknown_name_beside_known_ones(self, function):
        """Also where what is needed is there."""
        needed = [
            p
            for p in inspect.signature(function).parameters.values()
            if p.default is p.empty
            and p.kind in {p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD}
        ]
        with pytest.raises(CnncalcError):
            function(*[3] * len(needed), nonsense=3)

    def test_too_many_are_answered(self, function):
        """Whatever takes any number is asked with what cannot be meant."""
        with pytest.raises(CnncalcError) as caught:
            function(*["x", {}, None] * 9)

        assert caught.value.fix or caught.value.hint


class TestCures:
    @pytest.mark.parametrize(
        ("code", "cure"),
        [
            ("NET.add(Conv2d(3, 8), name='c')", "Write net.add(Conv2d(3, 8))"),
            ("NET.on(input=(36, 36, 1))", "Write net.on((36, 36, 1))"),
            ("NET.on(36, 36, 1)", "Write net.on((36, 36, 1))"),
            ("NET.on((36, 36, 1), batch=2)", "Write net.on((36, 36, 1))"),
            ("NET.freeze(layer='C1')", "Write net.freeze('C1')"),
            ("NET.freeze()", "path must be said. It is net.freeze(path)"),
            ("compare(NET, NET, unit='G')", "Write compare(…, …, units='G')"),
            ("compare([NET, NET])", "Give the networks one by one: compare(a, b)"),
            ("Conv2d(5, 6).output(32, 32, 3)", "Write output((32, 32, 3))"),
            ("Conv2d(5, 6).output(input=(32, 32, 3))", "Write output((32, 32, 3))"),
            ("Conv2d(5, 6).params()", "Write params((32, 32, 3))"),
            (
                "Conv2d(5, 6).params((9, 9, 3), stride=2)",
                "there is no stride. Write params(",
            ),
            ("Shape(3, 4, channels=5)", "Write Shape(3, 4, 5)"),
            ("Shape((3, 4, 5))", "Write Shape(3, 4, 5), or Shape.of((3, 4, 5))"),
            ("Shape.of(3, 4, 5)", "Write Shape.of((3, 4, 5))"),
            ("cnncalc.from_json('{}', cls=3)", "Write from_json('{}')"),
            (
                "cnncalc.from_text('relu()', input_shape=3)",
                "Write from_text('relu()', input=3)",
            ),
            (
                "sweep(zoo.lenet, {'classes': [3]}, batch_size=3)",
                "{'classes': [3]}, batch=3)",
            ),
            ("NET.summary('layer')", "Write net.summary(columns='layer')"),
            ("NET.summary((36, 36, 1))", "Write net.summary(input=(36, 36, 1))"),
            ("NET.peak_memory('int8', 4)", "Write net.peak_memory('int8', batch=4)"),
            ("NET.explain(name='C1')", "Write net.explain('C1')"),
            ("NET.summary().to_csv(filename='a')", "Write report.to_csv('a')"),
            ("NET.explain().to_html(filename='a')", "Write report.to_html('a')"),
            ("NET.nodes[0].memory(type='int8')", "Write row.memory('int8')"),
            ("NET.draw().save(file='a.svg')", "Write drawing.save('a.svg')"),
            ("NET.roofline(device='T4')", "Write net.roofline('T4')"),
            (
                "NET.calling_as_functions(patterns=['a'])",
                "Write net.calling_as_functions('a')",
            ),
            ("Builder().input(3, 4, 5)", "Write g.input((3, 4, 5))"),
            ("Builder().graph(3)", "Pass what input() or add() of this one returned"),
            ("zoo.build('lenet', num_classes=3)", "Write lenet(classes=3)"),
            ("zoo.build()", "name must be said. It is build(name, **settings)"),
            ("cnncalc.Window(3, 1, 1, size=2)", "size is said twice"),
            ("cnncalc.Named(Conv2d(3, 3))", "It is Named(part, name)"),
        ],
    )
    def test_they_are_what_is_typed(self, code, cure):
        """The message ends with the call that was meant."""
        with pytest.raises(CnncalcError) as caught:
            eval(code, globals())

        assert cure in str(caught.value)

    def test_a_number_stays_a_number(self):
        """What has no parentheses is no type of ours: no library has to know it."""
        for number in (NET.params, NET.macs, NET.flops, NET.activations, NET.buffers):
            assert int is type(number)


class TestGuarded:
    def test_what_fails_within_stays_what_it_is(self):
        """A TypeError of somebody's own code has its cause and its traceback."""

        def build(classes):
            raise TypeError("mine") from KeyError("why")

        (row,) = sweep(build, {"classes": [3]}).rows()
        assert "mine" in str(row.error)

        @guarded
        def own(x):
            build(x)

        with pytest.raises(TypeError, match="mine") as caught:
            own(3)
        assert isinstance(caught.value.__cause__, KeyError)

    def test_a_method_without_its_value(self):
        """As Python calls it, on the class."""
        with pytest.raises(ArgumentError):
            Sequential.on()

    def test_values_pickle(self):
        """A guarded class is the same class."""
        for value in (AtLeast(5), Shape(3, 4, 5), cnncalc.Window(3, 1, 1)):
            again = pickle.loads(pickle.dumps(value))

            assert (type(value), str(value)) == (type(again), str(again))

    def test_signatures_are_told(self):
        """`help` and editors see what they saw."""
        assert "(*sizes: 'IntLike', is_vector: 'bool' = False)" in str(
            inspect.signature(Shape)
        )
        assert "(net: 'AnyNetwork', dtype" in str(inspect.signature(Sequential.memory))


def test_a_long_value_is_left_out_of_a_cure():
    """What has no source, or a long one, stands as an ellipsis."""
    with pytest.raises(ArgumentError, match="Write from_json"):
        cnncalc.from_json("x" * 1000, cls=3)
    with pytest.raises(ArgumentError, match="from_json.…, kinds=…") as caught:
        cnncalc.from_json("x" * 1000, kinds="y" * 1000, cls=3)

    assert len(str(caught.value)) < 200
