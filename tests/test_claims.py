"""Claims: what papers print, compared with our numbers, each difference explained."""

import json
from pathlib import Path

import jsonschema
import pytest

from cnncalc import Claim, Conv1d, Sequential, zoo
from cnncalc.blocks import Residual
from cnncalc.cli import main
from cnncalc.zoo.errata import articles, page

DOCS = Path(__file__).parent.parent / "docs"
HOME = Path(zoo.__file__).parent
CLAIMS = json.loads((HOME / "claims.json").read_text(encoding="utf-8"))
SCHEMA = json.loads((HOME / "claims.schema.json").read_text(encoding="utf-8"))


def test_the_data_is_as_its_schema_says():
    """The file has claims of networks and sentences of articles, and nothing else."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(CLAIMS, SCHEMA)

    assert CLAIMS["networks"].keys() <= set(zoo.names())


@pytest.mark.parametrize("name", CLAIMS["networks"])
def test_every_claim_holds_or_says_why_not(name):
    """A claim that does not hold has its explanation; one that holds has none."""
    member = getattr(zoo, name)
    network = member()

    assert len(CLAIMS["networks"][name]) == len(member.claims)
    for claim in member.claims:
        assert claim.holds(network) is not bool(claim.why), claim


def test_a_network_of_which_nothing_is_printed():
    """Where nothing is claimed, there are no claims."""
    assert () == zoo.wide_resnet50_2.claims
    assert () == zoo.claims("wide_resnet50_2").table.lines


@pytest.mark.parametrize(
    ("says", "number", "holds"),
    [
        ("156", 156, True),
        ("157", 156, False),
        ("1,248,424", 1_248_424, True),
        ("60 million", 60_499_999, True),
        ("60 million", 60_500_001, False),
        ("4.2M", 4_249_000, True),
        ("4.2M", 4_251_000, False),
        ("3.8 billion", 3_840_000_000, True),
        ("2.25K", 2_253, True),
        ("2.25K", 2_256, False),
        ("< 25 million", 24_999_999, True),
        ("< 25 million", 25_000_000, False),
    ],
)
def test_a_claim_holds_to_its_own_precision(says, number, holds):
    """A printed number is compared as it is rounded, and a bound as it is."""
    network = Sequential(input=number - 1).fc(1)

    assert holds == Claim("params", says, "x").holds(network)


def test_a_thousand_may_be_1024():
    """GoogLeNet's table counts K as 1024."""
    network = Sequential(input=1023).fc(1)

    assert Claim("params", "1.000K", "x", thousand=1024).holds(network)
    assert not Claim("params", "1.000K", "x").holds(network)


def test_the_command_shows_them(capsys, monkeypatch):
    """The command line prints a network's claims as a table."""
    monkeypatch.setenv("COLUMNS", "300")

    assert 0 == main(["claims", "lenet5"])
    lines = capsys.readouterr().out.splitlines()
    assert ["of", "measure", "printed", "counted", "agrees"] == lines[2].split()[:5]
    assert len(zoo.lenet5.claims) == sum("LeCun et al. 1998" in line for line in lines)


def tcn(kernel, dilations, stacks):
    """Return keras-tcn's network: residual blocks of two dilated convolutions."""
    net = Sequential(input=(10_000, 1))
    for dilation in dilations * stacks:
        conv = Conv1d(kernel, 4, dilation=dilation, padding="causal")
        block = Sequential().add(conv).relu().add(conv).relu()
        net = net.add(Residual(block, Conv1d(1, 4)))
    return net.receptive_field


def nas_bench_201():
    """Return the network of issue 36, whose cells have three 3×3 convolutions."""

    def cell(filters):
        conv = Sequential().relu().conv(3, filters, padding=1, bias=False).norm()
        return Sequential().repeat(3, conv)

    def block(filters):
        body = Sequential().conv(3, filters, stride=2, padding=1, bias=False).norm()
        body = body.relu().conv(3, filters, padding=1, bias=False).norm()
        short = Sequential().pool(2, mode="average").conv(1, filters, bias=False)
        return Residual(body, short)

    net = Sequential(input=(32, 32, 3)).conv(3, 16, padding=1, bias=False).norm()
    net = net.repeat(5, cell(16)).add(block(32)).repeat(5, cell(32)).add(block(64))
    return net.repeat(5, cell(64)).norm().relu().global_pool().fc(10)


def vgg_maps():
    """Return the values of VGG-16 that CS231n counts: none of ReLU or dropout."""
    rows = [r for r in zoo.vgg16().nodes if r.role in {"conv", "max pool", "linear"}]
    return 224 * 224 * 3 + sum(row.activation_size for row in rows)


def bottlenecks():
    """Return CS231n's inception module on 28×28×256."""
    arms = (
        Sequential().conv(1, 128),
        Sequential().conv(1, 64).conv(3, 192, padding=1),
        Sequential().conv(1, 64).conv(5, 96, padding=2),
        Sequential().pool(3, stride=1, padding=1).conv(1, 64),
    )
    return Sequential(input=(28, 28, 256)).branch(*arms)


SUMS = {
    "VGG-16": (15_237_608, vgg_maps),
    "bottlenecks": (271_351_808, lambda: bottlenecks().macs),
    "TCN": (631, lambda: tcn(8, (1, 2, 4, 8), 3)[0]),
    "cells": (802_426, lambda: nas_bench_201().params),
}


@pytest.mark.parametrize("word", SUMS)
def test_sums_are_those_of_the_networks(word):
    """What the terms of an erratum add up to is what its network counts."""
    (erratum,) = [e for e in articles() if e.terms and word in e.says]
    expected, counted = SUMS[word]

    assert expected == erratum.total == counted()
    assert f"= {expected:,}" in erratum.right
    assert erratum.source in erratum.printed


def test_every_sum_is_known():
    """Errata with terms are those of this page; VGG's are 22, and 58.1 MiB."""
    summed = [erratum for erratum in articles() if erratum.terms]

    assert len(SUMS) == len(summed)
    assert 22 == len(summed[0].terms)
    assert summed[0].right.endswith("15,237,608 values, 58.1 MiB.")


def test_the_page_of_errata_is_up_to_date():
    """The page in the documentation is what the claims give."""
    assert page() == (DOCS / "errata.md").read_text(encoding="utf-8")
