"""Seaborn as a job loads it, which takes half as long: import this before a figure is drawn.

Where they are installed, seaborn loads SciPy's statistics and clusters and the widgets of notebooks
for kinds of plots that no figure here has (clustered maps, density estimates, palettes to choose).
A process that has loaded seaborn already keeps it as it is.
"""

import sys

_LEFT_OUT = [
    name for name in ("ipywidgets", "scipy.cluster", "scipy.stats") if name not in sys.modules
]
sys.modules.update(dict.fromkeys(_LEFT_OUT))  # type: ignore[arg-type]  # so they are not found
try:
    import seaborn  # noqa: F401
finally:
    for _name in _LEFT_OUT:  # whoever needs them later finds them
        del sys.modules[_name]
