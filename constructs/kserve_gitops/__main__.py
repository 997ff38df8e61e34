"""`python -m kserve_gitops` is `kserve-gitops`."""

import sys

from kserve_gitops.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
