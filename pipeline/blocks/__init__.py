"""Blocks, groups of feature columns: computed in shards of rows, and read back as a matrix."""
