"""Gradient flow of a depth-N diagonal linear network.

From the top: `solve` (`gradient_flow`), `integrate` (the clock), `step_control` (step sizes),
`step` (one step), `step_bounds` (its length, its active columns), `stages` (its equations),
`rodas5p` (the method's coefficients), `linear_algebra`, `coordinates` (the balance variable),
`dense_output` (between the steps), `recorder` (trace and events).
"""
