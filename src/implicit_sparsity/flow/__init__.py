"""Gradient flow of a depth-N diagonal linear network.

From the top: `solve` (`gradient_flow`), `integrate` (from start to end), `steps` (many in one
compiled call), `step_control` (step sizes and the clock), `advance` (an attempt at a step),
`points` (where it begins and ends), `columns` (which it treats implicitly), `step_bounds` (its
length), `stages` (its equations), `rodas5p` (the method's coefficients), `gram`, `lapack` and
`linear_algebra` (its matrix), `coordinates` (the balance variable), `changes` (of that and of the
weights), `dense_output` (between the steps), `recorder` (trace and events).
"""
