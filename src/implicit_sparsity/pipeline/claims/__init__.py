"""Claims: one module each, named like its entry in config/claims.yaml.

`registry.CLAIMS` names them all; `protocol.ClaimModule` says what each of them has.
"""
