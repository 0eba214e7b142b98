"""No test fails for being slow: a busy machine is no defect."""

from hypothesis import settings

settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
