"""Codes that people copy by hand: Crockford's base 32, a check symbol, forgiving reading.

Pure: random bytes are passed in. Alphabet: D. Crockford, "Base 32" (crockford.com/base32.html).
The check symbol is ours: a weighted sum over GF(2^5) finds every single wrong symbol and every swap of two
symbols, and stays inside the 32 symbols (Crockford's own check adds *~$=, which nobody can dictate).
"""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECRET_SYMBOLS = 19  # 19 × 5 = 95 bits: guessing needs no limit
PUBLIC_BYTES, SECRET_BYTES = 5, 12

_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
# A phone set to Azerbaijani types ı and İ where others type i and I.
_READ = str.maketrans({"O": "0", "I": "1", "L": "1", "İ": "1", "ı": "1", "i": "1"})
_DROPPED = str.maketrans(dict.fromkeys(" -\t\r\n\u00a0\u2010\u2011\u2012\u2013\u2014\u2212"))


def encode(bits: bytes, symbols: int | None = None, group: int = 4) -> str:
    """The leading bits as base-32 symbols in groups; `symbols` defaults to all, zero-padded at the end."""
    count = -(-len(bits) * 8 // 5) if symbols is None else symbols
    if count * 5 - len(bits) * 8 >= 5:
        raise ValueError(f"{len(bits)} bytes do not fill {count} symbols")
    shift = len(bits) * 8 - count * 5
    number = int.from_bytes(bits, "big")
    number = number >> shift if shift >= 0 else number << -shift
    plain = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(count)))
    return _grouped(plain, group)


def checksum(symbols: str) -> str:
    """Check symbol of at most 30 symbols: each is multiplied by its own power of x in GF(32)."""
    if len(symbols) > 30:
        raise ValueError("more than 30 symbols cannot be checked")
    total = 0
    for symbol in symbols:
        total = _times_x(total ^ _VALUE[symbol])
    return ALPHABET[total]


def _times_x(value: int) -> int:
    """Multiply by x modulo x^5 + x^2 + 1 (primitive: 31 distinct powers)."""
    value <<= 1
    return value ^ 0b100101 if value & 32 else value


def normalise(text: str) -> str:
    """What someone typed, as bare symbols: O→0, I/L→1, spaces and dashes dropped, upper case."""
    return text.translate(_DROPPED).translate(_READ).upper().translate(_READ)


def public_code(random: bytes) -> str:
    """Reference of a matter from 5 random bytes: '7Q4F-M2KD'. Not secret."""
    return encode(random[:PUBLIC_BYTES], 8)


def secret_code(random: bytes) -> str:
    """Secret of 95 bits and a check symbol from 12 random bytes: five groups of four."""
    if len(random) < SECRET_BYTES:
        raise ValueError(f"a secret code needs {SECRET_BYTES} random bytes")
    plain = encode(random[:SECRET_BYTES], SECRET_SYMBOLS, group=SECRET_SYMBOLS)
    return _grouped(plain + checksum(plain), 4)


def is_typo(text: str) -> bool:
    """True if a secret code cannot be right: wrong length, wrong letter or wrong check symbol."""
    code = normalise(text)
    if len(code) != SECRET_SYMBOLS + 1 or any(symbol not in _VALUE for symbol in code):
        return True
    return checksum(code[:-1]) != code[-1]


def _grouped(symbols: str, group: int) -> str:
    return "-".join(symbols[start : start + group] for start in range(0, len(symbols), group))
