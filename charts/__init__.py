"""What this repository deploys. Values in, constructs out, no file access."""

from charts.environment import EnvironmentChart

__all__ = ["EnvironmentChart"]
