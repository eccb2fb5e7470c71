"""The official register's live sources: the distribution service, which speaks Elasticsearch 6, and filed accounts.

Nothing in here sleeps to try again. A source that fails rests, for all processes, until the moment in its row
(`resting`); whoever needed it comes back later by a row of its own.
"""
