"""What people write: platform.yaml, models/ and sealed/, read into frozen dataclasses with positions.

Reading collects every problem of every file before it gives up. Nothing in here imports cdk8s.
"""
