"""The bytes of a network where it is kept: weights, biases, scales, and a file."""

import pytest
from tflm_facts import DATA, FACTS, NETWORKS, written

from cnncalc import (
    Conv2d,
    OptionError,
    Sequential,
    Shared,
    Unknown,
    UnknownNameError,
    from_tflite,
    zoo,
)

NET = Sequential(input=(8, 8, 3)).conv(3, 4, padding="same").norm().relu().fc(5)


class TestMemory:
    def test_biases_apart(self):
        """108 weights, 4 biases, 8 of the norm, 1,280 weights, 5 biases."""
        net = NET

        assert 108 + 8 + 1280 + 4 * 9 == net.memory({"weights": 8, "biases": "int32"})
        assert 4 * (108 + 8 + 1280) + 9 == net.memory({"biases": "int8"})
        sums = net.memory_report({"weights": 8, "biases": "int32"})
        assert 108 + 8 + 1280 + 4 * 9 == sums.parameters
        assert net.memory_report(8).outputs == 256 * 3 + 5

    def test_scales(self):
        """One for each channel of a convolution and of a linear layer, one of a norm."""
        dtypes = {"weights": "int8", "scales": "float32"}

        assert 1405 + 4 * (4 + 1 + 5) == NET.memory(dtypes)

    def test_shared_weights_and_those_that_are_not_known(self):
        """A layer that is there twice has its biases once; what is unknown, a bound."""
        dtypes = {"weights": "int8", "biases": "int32", "scales": 8}
        twice = Shared(Conv2d(1, 3))
        net = Sequential(input=(8, 8, 3)).add(twice).add(twice)

        assert 9 + 4 * 3 + 3 == net.memory(dtypes)
        more = net.add(Unknown("thing"))
        assert "≥ 24" in str(more.memory(dtypes))

    def test_as_the_converter_makes_it(self):
        """Norms are folded; int8, int32, and 12 bytes a channel for scale and zero."""
        net = NET

        assert 108 + 1280 + 4 * 9 + 12 * 9 == net.memory("tflite-int8")
        assert 22_016 + 4 * 588 + 12 * 588 == zoo.kws_ds_cnn().memory("tflite-int8")

    def test_other_questions_do_not_know_them(self):
        """What has no biases refuses the name."""
        with pytest.raises(UnknownNameError, match="biases"):
            NET.peak_memory({"biases": "int32"})


class TestFiles:
    @pytest.mark.parametrize("dtype", ["int8", "float32"])
    @pytest.mark.parametrize("fact", NETWORKS, ids=lambda fact: fact["id"])
    def test_what_is_in_a_file(self, fact, dtype):
        """Numbers, scales and structure together are the file."""
        path = DATA / f"n{fact['id']}_{'i8' if dtype == 'int8' else 'f32'}.tflite"
        found = from_tflite(path).flash()
        tensors = [t for t in from_tflite(path).source.tensors if t.stored]

        assert path.stat().st_size == found.file_size
        assert found.exact
        assert sum(t.stored for t in tensors) == found.parameters
        scales = sum(4 * len(t.scale) + 8 * len(t.zero_point) for t in tensors)
        assert scales == found.scales

    @pytest.mark.parametrize("dtype", ["int8", "float32"])
    def test_an_estimate_before_there_is_one(self, dtype):
        """Of random networks half are within 4 % of the file, and all within 20 %."""
        far = []
        for fact in FACTS:
            found = written(fact).flash(dtype)
            far.append(abs(found.file_size / fact[dtype]["file"] - 1))

        assert max(far) < 0.2
        assert sorted(far)[len(far) // 2] < 0.04

    def test_a_known_file(self):
        """TensorFlow's person_detect.tflite has 300,568 bytes."""
        assert pytest.approx(300_568, rel=0.02) == zoo.person_detect().flash().file_size

    def test_other_types(self):
        """Of 16 bits it has weights of 8 and biases of 64; of floats, no scales."""
        whole, half = NET.flash("int16"), NET.flash("float16")

        assert (108 + 1280 + 8 * 9, 12 * 9) == whole[:2]
        assert (2 * (108 + 1280 + 9), 0) == half[:2]
        with pytest.raises(OptionError, match="no data type"):
            NET.flash("int99")

    def test_a_file_of_another_type(self):
        """A file has its type."""
        net = from_tflite(DATA / "n2_i8.tflite")

        assert net.flash() == net.flash("int8")
        with pytest.raises(OptionError, match="are int8"):
            net.flash("float32")
