"""The ways from an owner down to a company, with the arithmetic of each."""

from __future__ import annotations

from decimal import Decimal

from companies.graph import Edge, Node, OwnershipGraph
from companies.paths import paths_to_root
from companies.profile import ParticipantKind, ShareBand


def band(low, high):
    return ShareBand(Decimal(low), Decimal(high))


HALF, MOST, WHOLE = band("0.5", "0.6666"), band("0.6667", "0.8999"), band("1", "1")


def graph(*edges):
    names = {name for owner, owned, *_ in edges for name in (owner, owned)}
    nodes = {name: Node(name, ParticipantKind.COMPANY, name) for name in names}
    made = tuple(Edge(owner, owned, share, votes) for owner, owned, share, votes in edges)
    return OwnershipGraph("root", nodes, made)


def told(paths):
    return [" ".join((*(edge.owner for edge in path.edges), path.edges[-1].owned)) for path in paths.found]


def test_it_multiplies_the_bands_along_a_way():
    paths = paths_to_root(graph(("mid", "root", HALF, MOST), ("top", "mid", MOST, WHOLE)), "top")

    assert told(paths) == ["top mid root"]
    assert paths.found[0].share == band("0.33335", "0.59987334")
    assert paths.found[0].votes == MOST
    assert paths.is_complete


def test_it_adds_up_several_ways_and_puts_the_greatest_first():
    paths = paths_to_root(
        graph(("top", "root", band("0.05", "0.0999"), None), ("mid", "root", HALF, HALF), ("top", "mid", WHOLE, WHOLE)),
        "top",
    )

    assert told(paths) == ["top mid root", "top root"]
    assert paths.share == band("0.55", "0.7665")
    assert paths.votes == band("0.5", "1")


def test_it_takes_an_unfiled_share_for_anything():
    assert paths_to_root(graph(("top", "root", None, HALF)), "top").share == band("0", "1")


def test_it_goes_round_no_circle():
    circle = graph(
        ("a", "root", HALF, HALF), ("b", "a", HALF, HALF), ("a", "b", HALF, HALF), ("root", "root", HALF, HALF)
    )

    assert told(paths_to_root(circle, "b")) == ["b a root"]
    assert told(paths_to_root(circle, "root")) == []


def test_it_says_when_there_are_more_ways_than_it_shows():
    many = [(f"m{n}", "root", band("0.05", "0.0999"), None) for n in range(13)]
    fan = graph(*many, *[("top", f"m{n}", WHOLE, None) for n in range(13)])

    shown = paths_to_root(fan, "top")
    assert (len(shown.found), shown.is_complete) == (12, False)
    assert paths_to_root(fan, "top", most=13).is_complete


def test_it_gives_up_in_a_thicket():
    """Every company of thirty owns of every one below it: more ways than anybody could count."""
    thicket = graph(
        *[(f"n{high}", f"n{low}" if low else "root", HALF, HALF) for high in range(30) for low in range(high)]
    )

    shown = paths_to_root(thicket, "n29")
    assert (len(shown.found), shown.is_complete) == (12, False)
