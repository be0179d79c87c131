"""Figures: the lines by which a benchmark reports what it measured (see bench/README.md)."""

import operator

BOUNDS = {"<=": operator.le, ">=": operator.ge, "==": operator.eq}


def figure(name, value, unit, goal=None):
    """Prints one figure; `goal` is a bound and a number, as ("<=", 1.15)."""
    digits = f"{value:.4g}" if value < 1000 else f"{value:.0f}"
    line = f"figure {name} {digits} {unit}"
    if goal:
        bound, limit = goal
        line += f" goal {bound} {limit:g} {'ok' if BOUNDS[bound](value, limit) else 'over'}"
    print(line, flush=True)
