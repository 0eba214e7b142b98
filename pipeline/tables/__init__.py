"""Tables and pictures of a run, made from the records of its jobs and from nothing else."""
