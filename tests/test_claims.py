"""Claims: what papers print, compared with our numbers, each difference explained."""

from pathlib import Path

import pytest

from cnncalc import Sequential, zoo
from cnncalc.cli import main
from cnncalc.zoo.claim import Claim
from cnncalc.zoo.errata import page

DOCS = Path(__file__).parent.parent / "docs"


@pytest.mark.parametrize("name", zoo.names())
def test_every_claim_holds_or_says_why_not(name):
    """A claim that does not hold has its explanation; one that holds has none."""
    member = getattr(zoo, name)
    network = member()
    for claim in member.claims:
        assert claim.holds(network) is not bool(claim.why), claim
        assert claim.source


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


def test_the_page_of_errata_is_up_to_date():
    """The page in the documentation is what the claims give."""
    assert page() == (DOCS / "errata.md").read_text(encoding="utf-8")
