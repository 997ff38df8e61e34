"""Makes `imports/`: what the cluster and the charts will accept, as data that synth checks against.

Sources are read once, when somebody runs `kserve-gitops import`; only structure is kept, never a sentence.

    imports/kinds/<group>/<tag>/<Kind>.<version>.json    one kind; shared parts in definitions.json beside it
    imports/values/<chart>/<version>.json                what a Helm chart takes
    imports/runtimes/<tag>.json                          KServe's stock runtimes
    imports/sources.lock                                 where each came from

A folder of a group and tag is made from one run and stands alone, so importing one thing changes nothing else.
"""

from kserve_gitops.importer.pipeline import Report, run

__all__ = ["Report", "run"]
