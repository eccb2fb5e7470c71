"""The order of boxes in an ownership chart: edges cross little, and boxes stand in few rows."""

from __future__ import annotations

import itertools

import pytest

from reporting.charts.circles import split_loops
from reporting.charts.ordering import Rows, count_crossings, minimise_crossings, slots_of
from reporting.charts.packing import pack
from reporting.charts.selection import select
from tests.reporting import makers
from tests.reporting.chart_geometry import random_graph


def rows_of(seed: int, size: int) -> Rows:
    graph = random_graph(seed, size, width=4)
    selection = select(graph, upwards=True)
    return slots_of(pack(graph.root, selection), selection.pairs)


def fewest_crossings(rows: Rows) -> int:
    """The optimum, by trying every order of every row."""
    fewest = 10**9
    for orders in itertools.product(*(itertools.permutations(row) for row in rows)):
        for order in orders:
            for place, slot in enumerate(order):
                slot.place = place
        fewest = min(fewest, count_crossings([list(order) for order in orders]))
        if not fewest:
            break
    return fewest


def test_it_crosses_as_little_as_can_be_on_small_graphs():
    found, best = [], []
    for seed in range(60):
        rows = rows_of(seed, 8)
        if any(len(row) > 4 for row in rows) or sum(len(row) > 2 for row in rows) > 3:
            continue
        found.append(minimise_crossings(rows))
        best.append(fewest_crossings(rows))

    assert len(found) >= 30
    assert sum(best) >= 10
    assert sum(found) <= sum(best) * 1.1
    assert all(one <= other + 1 for one, other in zip(found, best, strict=True))


@pytest.mark.parametrize("seed", range(5))
def test_it_reports_the_crossings_of_the_order_it_leaves(seed: int):
    rows = rows_of(seed, 30)

    assert minimise_crossings(rows) == count_crossings(rows)


@pytest.mark.parametrize("seed", range(5))
def test_it_crosses_less_than_the_order_it_was_given(seed: int):
    rows = rows_of(seed, 30)
    for row in rows:
        for place, slot in enumerate(row):
            slot.place = place
    before = count_crossings(rows)

    assert minimise_crossings(rows) < before


def test_it_gives_a_narrow_chart_one_row_a_layer():
    graph = makers.owners()
    selection = select(graph, upwards=True)

    rows = pack(graph.root, selection)

    assert [{selection.layer[key] for key in row} for row in rows] == [{0}, {1}, {2}, {3}]


def test_it_puts_every_owner_beyond_all_that_it_owns():
    graph = random_graph(11, 60)
    selection = select(graph, upwards=True)
    row_of = {key: number for number, row in enumerate(pack(graph.root, selection)) for key in row}

    assert all(row_of[near] < row_of[far] for near, far in selection.pairs)


def test_it_layers_by_the_longest_way():
    kept, loops, layer = split_loops("r", [("r", "a"), ("a", "b"), ("r", "b"), ("b", "r")])

    assert layer == {"r": 0, "a": 1, "b": 2}
    assert loops == [("b", "r")]
    assert set(kept) == {("r", "a"), ("a", "b"), ("r", "b")}
