"""Ownership as a graph: who owns whom, in bands, and what that makes of indirect shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from companies.profile import ParticipantKind, ShareBand


class ChainEnd(StrEnum):
    """Why a chain of owners goes no further at a node."""

    NONE = ""
    PERSON = "person"
    FOREIGN = "foreign"  # a foreign person or company: the Danish register knows nothing above it
    FOUNDATION = "foundation"  # owned by nobody
    UNKNOWN = "unknown"  # a Danish company that our register lacks, or somebody whom the register does not name
    NO_OWNERS = "no_owners"  # a known company with no owner of 5 % or more on file
    DEPTH = "depth"  # not followed further: as deep or as many as was asked for


@dataclass(frozen=True, slots=True)
class Node:
    """A person or company in the graph. `key` is the Lasso id: `CVR-1-<cvr>` or `CVR-3-<unit number>`.

    A company that is not active has been dissolved: it stands as an owner still because nobody else was filed.
    """

    key: str
    kind: ParticipantKind
    name: str
    cvr: str = ""
    country_code: str = ""
    form: str = ""  # "A/S", "ApS", …
    is_active: bool = True
    end: ChainEnd = ChainEnd.NONE

    @property
    def is_stated(self) -> bool:
        """Whether the register says who it is; `key` is a number of our own where it does not."""
        return not self.key.startswith("CVR-0-")


@dataclass(frozen=True, slots=True)
class Edge:
    """`owner` owns a part of `owned` (both are node keys). None: nothing filed, which is not 0 %."""

    owner: str
    owned: str
    share: ShareBand | None
    votes: ShareBand | None


class Verdict(StrEnum):
    """Whether an indirect share is above 25 %: certainly (low bound above), possibly (high bound above), or not."""

    CERTAIN = "certain"
    POSSIBLE = "possible"
    NO = "no"


@dataclass(frozen=True, slots=True)
class IndirectShare:
    """The bounds of what one owner holds of the root over all chains, as fractions of one."""

    owner: str
    share_low: Decimal
    share_high: Decimal
    votes_low: Decimal
    votes_high: Decimal
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class OwnershipGraph:
    """Nodes by key and edges reached from `root`; upwards (owners) or downwards (subsidiaries)."""

    root: str
    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]
    has_cycle: bool = False


# A chain that ends so may go on: somebody may be hidden above.
OPEN_ENDS = frozenset({ChainEnd.FOREIGN, ChainEnd.UNKNOWN, ChainEnd.NO_OWNERS, ChainEnd.DEPTH})
