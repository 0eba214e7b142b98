"""The lecture on losses, optimisation and representation, with each of its claims measured.

A part of the lecture is one claim: a stage makes a table, a picture and a sentence for it.
"""
