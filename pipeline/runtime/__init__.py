"""What all stages share: command line, messages, files, processes and random numbers."""
