"""Tests compute as stages do: the package limits the threads of numpy, if it is imported first."""

import pipeline  # noqa: F401
