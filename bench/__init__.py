"""Benchmarks: each measures us beside a baseline in the same run, prints a table and leaves a JSON file."""
