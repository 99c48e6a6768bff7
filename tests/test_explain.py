"""Explanations: each number as general formula, formula with numbers, and result."""

import pytest
from test_layers import Mystery

from cnncalc import Sequential, UnknownNameError, zoo
from cnncalc.report.explain import source_of

C1 = """\
C1: Conv2d(5, 6, name='C1') on 32×32×1
  output: (H - k_h + 1)×(W - k_w + 1)×F = (32 - 5 + 1)×(32 - 5 + 1)×6 = 28×28×6
  parameters: k_h×k_w×C_in×F + F = 5×5×1×6 + 6 = 156
  connections: (k_h×k_w×C_in×F + F)×H_out×W_out = (5×5×1×6 + 6)×28×28 = 122,304
  MACs: k_h×k_w×C_in×F×H_out×W_out = 5×5×1×6×28×28 = 117,600
  memory: values × 4 bytes (float32) = 28×28×6 × 4 = 18.375 KiB
  receptive field: r_in + (k - 1)×j_in = 1 + (5 - 1)×1 = 5×5
  Source: LeCun et al. 1998, §II.B: C1 has 156 parameters and 122,304 connections."""


def test_c1_of_lenet5():
    """The derivation of C1 has each number with its formulas, and the source."""
    explanation = zoo.lenet5().explain("C1")

    assert C1 == str(explanation) == repr(explanation)


def test_all_nodes_or_a_group():
    """Without a path all nodes are explained; a group's are those in it."""
    net = zoo.resnet18()

    assert [row.path for row in net.nodes] == list(net.explain().steps)
    assert [row.path for row in net.nodes if row.scope[:1] == ("layer2",)] == list(
        net.explain("layer2").steps
    )


def test_what_sees_everything_says_so():
    """Past a global operation the receptive field is the whole input."""
    steps = zoo.resnet18().explain("fc").steps["fc"]

    assert "receptive field: the whole input" == str(steps[-1])


def test_a_join_sees_the_hull():
    """Where branches meet, the field is the hull of theirs."""
    steps = zoo.resnet18().explain("layer1/0/add1").steps["layer1/0/add1"]

    assert "receptive field: the hull of the branches = 27×27" == str(steps[-1])


def test_what_is_unknown_says_so():
    """Numbers without a rule are unknown; nothing is made up."""
    explanation = Sequential(input=(4, 4, 2)).add(Mystery()).explain()
    lines = [str(step) for step in explanation.steps["mystery1"]]

    assert "parameters: unknown" == lines[1]
    assert "receptive field: none: it is unknown, or branches of different strides" in (
        lines[-1].replace(" meet", "")
    )
    assert "" == source_of(Mystery)
    assert "Source" not in str(explanation)


def test_a_path_must_exist():
    """A path that is not there is answered with the nearest."""
    with pytest.raises(UnknownNameError, match="no node or group 'c1'.*\"C1\""):
        zoo.lenet5().explain("c1")
