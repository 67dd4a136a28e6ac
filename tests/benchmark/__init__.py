"""`make bench`: how far the pipeline is from the limit of the machine. See `docs/performance.md`."""
