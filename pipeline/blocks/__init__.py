"""Blocks of feature columns: computed from images, slice by slice, and read back as a matrix."""
