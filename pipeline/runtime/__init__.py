"""What every stage stands on: its command line, its files, its processes and random numbers."""
