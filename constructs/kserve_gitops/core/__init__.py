"""What everything else stands on: errors, findings, places in files, names, YAML in and out.

Nothing in here opens a file, starts a program or imports cdk8s.
"""
