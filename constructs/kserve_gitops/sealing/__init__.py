"""Sealing: values from where a person has them, ciphertext into sealed/, and nothing in plain anywhere else."""
