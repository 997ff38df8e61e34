"""The forms in which findings are printed, one module each: from findings to text, and nothing else."""
