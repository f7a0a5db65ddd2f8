"""What `scripts/bench` measures, one file for each group of figures."""
