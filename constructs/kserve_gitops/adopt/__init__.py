"""Existing manifests → files of the catalogue: short, commented, and proven to build the same objects again.

Everything in here is pure: text in, files and findings out. The command `adopt` reads, builds and writes.
"""
