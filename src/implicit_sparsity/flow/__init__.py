"""Gradient flow of a depth-N diagonal linear network.

From the top: `solve` (`gradient_flow`), `integrate` (the clock), `step_control` (step sizes),
`step` (one step), `advance` (an attempt at it), `columns` (which it treats implicitly),
`step_bounds` (its length), `stages` (its equations), `rodas5p` (the method's coefficients), `gram`
and `linear_algebra` (its matrix), `coordinates` (the balance variable), `changes` (of that and of
the weights), `dense_output` (between the steps), `recorder` (trace and events).
"""
