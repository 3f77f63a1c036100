"""When to stop without the truth, one rule a module.

A rule is a function of a trajectory, or of a way to follow one, and of data. It returns a flow
time, or a curve along flow time with the attributes ``time``, of shape (T,), and ``best_time``,
such as `held_out.HeldOut`. Flow time is the same for descent and flow. Where a trajectory has
dense output, the time is refined between recorded times; otherwise it is one of them.
"""
