"""Networks from text: the grammar, and what is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnncalc import (
    CnncalcError,
    ConfigError,
    Conv2d,
    Inception,
    Named,
    Sequential,
    Shape,
    UnknownNameError,
    from_text,
    zoo,
)

MAP = (32, 32, 3)
NET = Sequential(input=MAP)


class TestTexts:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", NET),
            ("conv(5, 6).pool(2)", NET.conv(5, 6).pool(2)),
            ("conv(5,6) relu\n pool(2)", NET.conv(5, 6).relu().pool(2)),
            (".conv(5, 6).relu()", NET.conv(5, 6).relu()),
            ("conv((3, 5), 6, stride=2,)", NET.conv((3, 5), 6, stride=2)),
            (
                "conv([3, 5], 6, padding=((1, 2), 0))",
                NET.conv((3, 5), 6, padding=((1, 2), 0)),
            ),
            ("conv(5, 6, name='a\\'b')", NET.conv(5, 6, name="a'b")),
            ('norm(affine=False, name="x")', NET.norm(affine=False, name="x")),
            ("dropout(.5) dropout(1e-1)", NET.dropout(0.5).dropout(0.1)),
            ("upsample(2, mode='nearest')", NET.upsample(2, mode="nearest")),
            ("pool((2)) identity", NET.pool(2).identity()),
            (
                "residual(conv(3, 3, padding='same') norm)",
                NET.residual(Sequential().conv(3, 3, padding="same").norm()),
            ),
            (
                "Conv2d(5, 6) Named(Conv2d(1, 2), 'x')",
                NET.add(Conv2d(5, 6), Named(Conv2d(1, 2), "x")),
            ),
            (
                "add(Inception(8, (4, 8), (2, 4), 4))",
                NET.add(Inception(8, (4, 8), (2, 4), 4)),
            ),
            ("repeat(2, Sequential().relu())", NET.repeat(2, Sequential().relu())),
        ],
    )
    def test_are_the_calls_that_would_be_typed(self, text, expected):
        """A text gives the network that its calls would make."""
        assert expected == from_text(text, MAP)

    def test_may_say_the_input(self):
        """The input stands in the text, or is given; what is given goes first."""
        text = "Sequential(input=Shape(8, 3), name='x').relu()"

        assert Sequential(input=(8, 3), name="x").relu() == from_text(text)
        assert Sequential(input=MAP, name="x").relu() == from_text(text, MAP)
        assert from_text("relu").input is None

    @pytest.mark.no_cover
    @pytest.mark.parametrize("name", zoo.names())
    def test_of_chains_are_what_they_show(self, name):
        """The text that a network shows is that network."""
        net = zoo.build(name)
        if isinstance(net, Sequential):
            assert net == from_text(repr(net))


class TestFaults:
    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("conv(5", "character 7, conv(5▸: a comma or ')' is missing"),
            ("conv(5,,6)", "character 8, conv(5,▸,6): a value is missing"),
            ("conv(5, 6))", "character 11, conv(5, 6)▸): ')' is no layer"),
            ("conv(5, 6) @", "character 12, conv(5, 6) ▸@: '@' has no meaning here"),
            ("conv(5, 6)..relu()", "a layer is missing"),
            ("conv(5, 6).", "a layer is missing"),
            ("conv(-relu, 6)", "a number is missing"),
            ("conv(5, 6, stride=)", "a value is missing"),
            ("conv(5, 6, stride=1, stride=2)", "stride is given twice"),
            ("conv(" + "9" * 301 + ", 3)", "a number has more than 300 digits"),
            ("residual(" * 101, "more than 100 brackets within one another"),
            ("relu " * 200_001, "it has 1,000,005 characters, and 1,000,000 are"),
            ("'conv'", "is no layer"),
        ],
    )
    def test_say_where_they_are(self, text, why):
        """What cannot be read is told with its place."""
        with pytest.raises(ConfigError) as error:
            from_text(text)

        assert why in str(error.value)

    @pytest.mark.parametrize(
        ("text", "nearest"),
        [
            ("convv(5, 6)", 'The nearest: "conv"'),
            ("conv(5, 6).lower()", "there is no layer 'lower'"),
            ("__class__", "there is no layer '__class__'"),
            ("residual(Poool(2))", '"Pool"'),
            ("eval('1')", "there is no layer 'eval'"),
        ],
    )
    def test_of_names_tell_the_nearest(self, text, nearest):
        """Only layers and blocks have names, whatever else a network has."""
        with pytest.raises(UnknownNameError) as error:
            from_text(text)

        assert nearest in str(error.value)

    @pytest.mark.parametrize("text", [None, b"relu", 5])
    def test_of_kind(self, text):
        """A text is a str."""
        with pytest.raises(ConfigError, match="a network is read from a text"):
            from_text(text)

    @pytest.mark.parametrize("text", ["conv(0, 6)", "conv()", "conv(5, 6, foo=1)"])
    def test_of_a_layer_are_told_with_it(self, text):
        """A layer that cannot be made so says where in the text it stands."""
        with pytest.raises(CnncalcError) as error:
            from_text(f"relu {text}", MAP)

        assert "conv" in str(error.value)

    @settings(max_examples=300, deadline=None)
    @given(
        st.lists(
            st.sampled_from(
                [
                    *"()[],.=-'\"",
                    "conv",
                    "relu",
                    "Pool",
                    "5",
                    "0.5",
                    "None",
                    "Sequential",
                ]
            ),
            max_size=20,
        )
    )
    def test_are_errors_of_ours(self, words):
        """Any text is a network or an error of the family."""
        try:
            net = from_text(" ".join(words), MAP)
        except CnncalcError:
            return
        assert isinstance(net, Sequential)
        assert Shape(*MAP) == net.input
