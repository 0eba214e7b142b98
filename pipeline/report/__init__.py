"""The report of a run: one page that says and shows what its tables hold. Stands above all."""
