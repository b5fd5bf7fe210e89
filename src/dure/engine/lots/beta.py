"""Quantiles of the beta distribution, which Clopper-Pearson bounds are made of."""

from __future__ import annotations

from math import lgamma

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# 44 halvings take an interval of length 1 below 1e-13; Newton's steps get there in eight. The fraction converges in far
# fewer terms than 500 for every sample a lot can draw.
STEPS_MAX = 44
# A step of Newton's doubles the digits: after one as small as this, beside what is left to 0 or 1, none is missing.
SMALL = 1e-10
TERMS_MAX = 500
TINY = 1e-300
# A second argument this near zero means "all of them missed": the quantile is 1.
EDGE = 1e-9


def beta_quantile(level: float, a: Floats, b: Floats) -> Floats:
    """Where the regularised incomplete beta function I_x(a, b) reaches ``level``; 1 where ``b`` is 0.

    By Newton's method between bounds that close in, and by halving them where it leads out of them; right to about
    1e-12. Shapes: ``a`` and ``b`` of one length, ``a`` > 0.
    """
    inside = b > EDGE
    quantile = np.ones_like(a)
    low, high = np.zeros(int(inside.sum())), np.ones(int(inside.sum()))
    a_in, b_in = a[inside], b[inside]
    log_scale = log_inverse_beta(a_in, b_in)
    x = a_in / (a_in + b_in)
    for _ in range(STEPS_MAX):
        above = incomplete_beta(x, a_in, b_in, log_scale) - level
        low, high = np.where(above < 0, x, low), np.where(above < 0, high, x)
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            density = np.exp(log_scale + (a_in - 1) * np.log(x) + (b_in - 1) * np.log1p(-x))
            newton = x - above / density
        leads = (low <= newton) & (newton <= high) & (newton > 0) & (newton < 1)
        moved, x = x, np.where(leads, newton, (low + high) / 2)
        if bool(np.all(np.abs(x - moved) <= SMALL * np.minimum(x, 1 - x))):
            break
    quantile[inside] = x
    return quantile


def log_inverse_beta(a: Floats, b: Floats) -> Floats:
    """The logarithm of 1 / B(a, b), for each pair."""
    pairs = zip(a.tolist(), b.tolist(), strict=True)
    return np.array([lgamma(p + q) - lgamma(p) - lgamma(q) for p, q in pairs], dtype=np.float64)


def incomplete_beta(x: Floats, a: Floats, b: Floats, log_scale: Floats) -> Floats:
    """The regularised incomplete beta function I_x(a, b) for 0 < x < 1, ``a`` and ``b`` > 0.

    Continued fraction by Lentz's method (NIST Digital Library of Mathematical Functions, 8.17.22), on the side
    where it converges quickly, the other side by symmetry. ``log_scale`` is :func:`log_inverse_beta`.
    """
    swap = x > (a + 1) / (a + b + 2)
    x_in, a_in, b_in = np.where(swap, 1 - x, x), np.where(swap, b, a), np.where(swap, a, b)
    with np.errstate(divide="ignore"):
        front = np.exp(log_scale + a_in * np.log(x_in) + b_in * np.log1p(-x_in)) / a_in
    value = front * _fraction(x_in, a_in, b_in)
    return np.asarray(np.where(swap, 1 - value, value), dtype=np.float64)


def _fraction(x: Floats, a: Floats, b: Floats) -> Floats:
    def kept_off_zero(value: Floats) -> Floats:
        return np.asarray(np.where(np.abs(value) < TINY, TINY, value), dtype=np.float64)

    c = np.ones_like(x)
    d = 1 / kept_off_zero(1 - (a + b) * x / (a + 1))
    result = d.copy()
    for m in range(1, TERMS_MAX):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / kept_off_zero(1 + even * d)
        c = kept_off_zero(1 + even / c)
        result *= c * d
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / kept_off_zero(1 + odd * d)
        c = kept_off_zero(1 + odd / c)
        step = c * d
        result *= step
        if bool(np.all(np.abs(step - 1) < 1e-14)):
            break
    return result
