"""The official register: where it is asked, by whom, and how often."""

from __future__ import annotations

from datetime import timedelta

from lasso.env import Environment

env = Environment()

HTTP_SCHEMES = frozenset({"http", "https"})

# --- The company register's distribution service ----------------------------------------------------------------------

REGISTER_URL = env.url("REGISTER_URL", "https://distribution.virk.dk:8443", schemes=HTTP_SCHEMES).rstrip("/")
# Erhvervsstyrelsen gives these out (cvrselvbetjening@erst.dk). Without both, nothing is fetched.
REGISTER_USER = env.text("REGISTER_USER")
REGISTER_PASSWORD = env.text("REGISTER_PASSWORD")
# For the index of beneficial owners, given to those obliged or with a legitimate interest (CVR-loven § 18 a).
BENEFICIAL_REGISTER_USER = env.text("BENEFICIAL_REGISTER_USER")
BENEFICIAL_REGISTER_PASSWORD = env.text("BENEFICIAL_REGISTER_PASSWORD")
# Where publications of annual accounts are searched. The index is open; the service at REGISTER_URL asks for its
# credentials all the same, so there they are sent.
FILINGS_URL = env.url("FILINGS_URL", REGISTER_URL, schemes=HTTP_SCHEMES).rstrip("/")

# A stored company that was asked for longer ago is asked for again before a report on it is made.
REGISTER_FRESHNESS = env.duration("REGISTER_FRESHNESS", timedelta(hours=24))
# Every watched company is asked for at least this often.
REGISTER_POLL_INTERVAL = env.duration("REGISTER_POLL_INTERVAL", timedelta(hours=1))
# Whether every company of the register is stored, or only those that somebody asked for and their owners.
REGISTER_FULL = env.boolean("REGISTER_FULL", default=False)

# --- The change log ---------------------------------------------------------------------------------------------------

# A change that every reader has read is forgotten when it is as old as this.
CHANGE_LOG_LIFETIME = env.duration("CHANGE_LOG_LIFETIME", timedelta(days=365), least=timedelta(days=1))
