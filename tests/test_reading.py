"""What all readers share: values with axes of their own order, and weights."""

import pytest
from onnx_files import stored
from traces import read, restored

from cnncalc import ConfigError, Sequential, from_onnx
from cnncalc.interop.reading import Reading, Unread
from cnncalc.interop.sliding import one_by_one
from cnncalc.interop.torch.reader import network_of


class TestWhatIsNeverUsed:
    @pytest.mark.parametrize(("params", "buffers"), [(5, 0), (0, 4), (5, 4)])
    def test_it_counts(self, params, buffers):
        """Weights and state that a model has are its own, used or not."""
        r = Reading()
        x = r.input((1, 3, 8, 8), (2, 3, 1), "x")
        r.unused("head", params, buffers)
        net = r.graph((x,))

        assert (params, buffers) == (net.params, net.buffers)
        assert ((1 if params else 0), 0) == (len(r.notes), net.macs)


class TestValues:
    def test_a_size_of_nothing(self):
        """No value has a size of 0: of a weight, or of an input, which is refused."""
        with pytest.raises(Unread, match="a size of it is 0"):
            Reading().weight("w", (3, 0, 8))
        with pytest.raises(ConfigError, match="1×3×0×8, which has a size of 0"):
            Reading().input((1, 3, 0, 8), (2, 3, 1), "x")

    def test_maps_side_by_side_in_great_number(self):
        """Beyond 64 maps along axes before space, what is the same for each is unknown."""
        r = Reading()
        x = r.input((1, 65, 8, 8, 3), (1, 2, 3, 4), "x")
        with pytest.raises(Unread, match="65 maps side by side"):
            one_by_one(r, x, 1, lambda part: part)


def test_no_name_is_looked_for_in_vain(monkeypatch):
    """Neither readers nor writers ask for what is not there: to say so takes long."""
    asked = []
    for kind in ("builder", "network"):
        monkeypatch.setattr(
            f"cnncalc.words.lookup.missing_from_{kind}",
            lambda *names: asked.append(names) or AttributeError(names[1]),
        )
    (trace,) = [kept["trace"] for kept in read() if kept["name"] == "resnet18"]
    networks = [
        network_of(restored(trace)),
        from_onnx(stored("resnet18_op11")),
        Sequential(input=(8, 8, 3)).conv(3, 3, padding=1).residual(Sequential().relu()),
    ]
    for net in networks:
        net.to_python()

    assert [] == asked
