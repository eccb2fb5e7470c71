"""A fictional register in the official format, the same on every machine: see `generator.sample_documents`."""
