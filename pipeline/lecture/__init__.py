"""The lecture, measured: a stage for each claim, with a table, a picture and a sentence."""
