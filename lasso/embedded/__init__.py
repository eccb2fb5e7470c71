"""A private PostgreSQL and Redis for one machine: ``python -m lasso.embedded [--data DIR] COMMAND…``.

Both servers live in one data folder, can be reached by its owner only, and end with the command. Linux only: elsewhere
set ``DATABASE_URL`` and ``REDIS_URL`` to servers of your own.
"""
