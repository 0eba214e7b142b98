"""Tables and pictures of a run, made from the records of its jobs and from nothing else.

A record is a table of what one job found out.
"""
