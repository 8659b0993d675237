"""Pure algorithms: no Django, no clock, no network, no global state.

One file an algorithm, usable as a library, its source cited in its docstring.
"""
