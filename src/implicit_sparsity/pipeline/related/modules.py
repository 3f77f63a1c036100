"""The modules of all claims, by name.

Apart from the registry, through which the tables of related systems would depend on every claim.
"""

from __future__ import annotations

from implicit_sparsity.pipeline.claims.protocol import ClaimModule
from implicit_sparsity.pipeline.claims.registry import CLAIMS
from implicit_sparsity.pipeline.related.registry import SYSTEMS

#: The modules.
MODULES: dict[str, ClaimModule] = {**CLAIMS, **SYSTEMS}
