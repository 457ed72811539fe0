"""Papers of how work was done: one run, one deviation, the runs of a period; one shape for all."""
