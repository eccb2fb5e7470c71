"""Nothing is lost: the whole system at work while all that can end, ends. Faults, load, and what must hold afterwards.

`stage` has the system with servers and receivers of its own, `load` is its customers, `faults` breaks it by a seeded
schedule, `invariants` looks at what came of it, `running` puts them together. `bin/bench chaos` runs it for minutes,
tests/e2e/chaos for seconds.
"""
