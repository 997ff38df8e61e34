"""Kubernetes quantities (`500m`, `2Gi`) in the very form in which the cluster gives them back.

KServe's webhook decodes and encodes every object, and Go prints a quantity in its canonical form.
A manifest that says `1000m` therefore differs from the cluster's `1` for ever, and Argo CD shows
it as out of sync; so we write what Go would write. The rules are those of `ParseQuantity` and
`CanonicalizeBytes` in k8s.io/apimachinery (v0.34), oddities included: a text that is short and
nearly canonical (`1.005`, `+1`) stays as it was written.
"""

import math
import re
from decimal import ROUND_UP, Decimal, localcontext
from typing import NamedTuple

_FORM = re.compile(r"([+-]?)(?=\.?[0-9])0*([0-9]*)(?:\.([0-9]*))?([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{1,2}|)")
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_DECIMAL_SUFFIX = {exponent: suffix for suffix, exponent in _DECIMAL.items()}

_NANO = Decimal("1e-9")
"""Nothing smaller exists; a remainder is rounded away from zero."""
_MOST_BINARY = Decimal(2**63 - 1)
_SMALLEST_BINARY = 1024
_EXACT_DIGITS = 18
"""Go keeps the text of a decimal with up to this many digits; longer ones go another way."""
_EXACT_BINARY_DIGITS = 14
_LONGEST = 60
"""Characters: enough for every quantity that fits the range, and it bounds the arithmetic."""
_PRECISION = 4 * _LONGEST
"""Digits: exact for all that `_FORM` lets through."""


class _Parts(NamedTuple):
    text: str
    sign: str
    whole: str  # without leading zeros, "0" when there is nothing else
    fraction: str
    suffix: str
    exponent: int  # of 2 for a binary suffix, else of 10


def canonical(value: str | float) -> str:
    """The quantity as Go prints it after a round trip: `1000m` → `1`, `1.5Gi` → `1536Mi`, 1000 → `1k`.

    The notation is kept: powers of 1024 stay `Ki`, `Mi` … (below 1024 they cannot), exponents stay
    exponents (`10e3`), all else gets the largest suffix that leaves no fraction.
    Raises ValueError with a phrase when `value` is not a quantity or is beyond what Go can print.
    """
    parts = _split(value)
    if _kept_as_written(parts):
        return parts.text
    with localcontext(prec=_PRECISION):
        amount = _amount(parts).copy_abs().quantize(_NANO, ROUND_UP)
        binary = parts.suffix in _BINARY
        if binary:
            amount = min(amount, _MOST_BINARY)
        sign = "-" if parts.sign == "-" and amount else ""
        if binary and amount >= _SMALLEST_BINARY and amount == int(amount):
            return sign + _with_binary_suffix(int(amount))
        return sign + _with_decimal_suffix(amount, parts)


def parse(value: str | float) -> Decimal:
    """The number that a quantity stands for, exactly: `500m` → 0.5, `1Ki` → 1024. Raises as `canonical` does."""
    with localcontext(prec=_PRECISION):
        return _amount(_split(value))


def _split(value: str | float) -> _Parts:
    text = value if isinstance(value, str) else _plain_number(value)
    match = _FORM.fullmatch(text) if len(text) <= _LONGEST else None
    if not match:
        raise ValueError(f"'{text[:_LONGEST]}' is not a quantity: a number with a unit, as in 500m, 2, 1.5Gi")
    sign, whole, fraction, suffix = match.groups(default="")
    if suffix in _BINARY:
        exponent = _BINARY[suffix]
    elif suffix in _DECIMAL:
        exponent = _DECIMAL[suffix]
    else:
        exponent = int(suffix[1:])
    return _Parts(text, sign, whole or "0", fraction, suffix, exponent)


def _plain_number(value: float) -> str:
    """A YAML number as JSON carries it to the cluster."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, bool) or not math.isfinite(value):
        raise ValueError(f"'{value}' is not a quantity")
    return format(Decimal(repr(value)), "f")


def _kept_as_written(parts: _Parts) -> bool:
    """Whether Go remembers the text itself, as it does where a cheap look tells it that nothing would change."""
    digits = parts.whole + parts.fraction
    if parts.suffix in _BINARY:
        room = _EXACT_BINARY_DIGITS - len(parts.whole) - parts.exponent * 3 // 10
        return not parts.fraction and room >= 0 and int(parts.whole) % 8 != 0
    scale = parts.exponent - len(parts.fraction)
    short = len(digits) <= _EXACT_DIGITS and scale >= _DECIMAL["n"]
    return short and scale % 3 == 0 and not digits.endswith("000") and not digits.startswith("0")


def _amount(parts: _Parts) -> Decimal:
    number = Decimal(f"{parts.sign}{parts.whole}.{parts.fraction}")
    return number * 2**parts.exponent if parts.suffix in _BINARY else number.scaleb(parts.exponent)


def _with_binary_suffix(amount: int) -> str:
    steps = 0
    while amount % 1024 == 0:
        amount //= 1024
        steps += 1
    return f"{amount}{['', *_BINARY][steps]}"


def _with_decimal_suffix(amount: Decimal, parts: _Parts) -> str:
    """Mantissa without a fraction, exponent a multiple of three."""
    if not amount:
        return "0"
    mantissa, exponent = int(amount / _NANO), -9
    while mantissa % 10 == 0:
        mantissa //= 10
        exponent += 1
    mantissa *= 10 ** (exponent % 3)
    exponent -= exponent % 3
    if parts.suffix[:1] in ("e", "E") and parts.suffix not in (*_DECIMAL, *_BINARY):
        return f"{mantissa}e{exponent}" if exponent else str(mantissa)
    if exponent not in _DECIMAL_SUFFIX:
        raise ValueError(f"'{parts.text}' is too large for a quantity")
    return f"{mantissa}{_DECIMAL_SUFFIX[exponent]}"
