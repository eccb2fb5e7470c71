"""Companies: found, shown, reported on, exported."""
