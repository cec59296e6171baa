"""Reads a QR from its drawing, as a camera would, by ISO/IEC 18004: undamaged, bytes only, versions 2 to 4."""

from __future__ import annotations

import re
from collections.abc import Callable

Matrix = list[list[bool]]
Mask = Callable[[int, int], bool]
FORMAT_MASK = 0b101010000010010
MEDIUM, HIGH, QUARTILE = 0b00, 0b10, 0b11  # levels of correction
BLOCKS = {  # of data, and how many codewords are in them together, by version and level
    (2, MEDIUM): (1, 28), (2, QUARTILE): (1, 22), (2, HIGH): (1, 16),
    (3, MEDIUM): (1, 44), (3, QUARTILE): (2, 34), (3, HIGH): (2, 26),
    (4, MEDIUM): (2, 64), (4, QUARTILE): (2, 48), (4, HIGH): (4, 36),
}  # fmt: skip
MASKS: tuple[Mask, ...] = (
    lambda row, column: (row + column) % 2 == 0,
    lambda row, _column: row % 2 == 0,
    lambda _row, column: column % 3 == 0,
    lambda row, column: (row + column) % 3 == 0,
    lambda row, column: (row // 2 + column // 3) % 2 == 0,
    lambda row, column: row * column % 2 + row * column % 3 == 0,
    lambda row, column: (row * column % 2 + row * column % 3) % 2 == 0,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2 == 0,
)


def read(svg: str) -> str:
    """Return the text in the QR of a drawing that has four light modules around it."""
    dark = _modules(svg)
    size = len(dark)
    version = (size - 17) // 4
    assert all(dark[0][:7]), "no finder pattern in the corner"
    assert not any(dark[7][:8]), "no light line around it"
    bits = "".join("1" if dark[8][column] else "0" for column in (*range(6), 7))
    bits += "".join("1" if dark[row][8] else "0" for row in (8, 7, *range(5, -1, -1)))
    told = int(bits, 2) ^ FORMAT_MASK
    mask = MASKS[told >> 10 & 7]
    blocks, count = BLOCKS[version, told >> 13]
    stream = _codewords(dark, mask)
    in_order = [stream[place] for block in range(blocks) for place in range(block, count, blocks)]
    return _text(in_order)


def _modules(svg: str) -> Matrix:
    """Return the matrix from the path of strokes, each a row's: ``M4 4.5h7m1 0h1``."""
    view = re.search(r'(?:viewBox="0 0 |width=")(\d+)', svg)
    path = re.search(r'stroke="#000"[^>]*d="([^"]+)"|d="([^"]+)"[^>]*stroke="#000"', svg)
    assert view is not None
    assert path is not None
    size = int(view[1]) - 8
    dark = [[False] * size for _ in range(size)]
    x, y = 0, 0.0
    for verb, numbers in re.findall(r"([Mmh])([-\d. ]*)", path[1] or path[2]):
        values = [float(one) for one in re.findall(r"-?\d*\.?\d+", numbers)]
        if verb == "h":
            for step in range(int(values[0])):
                dark[int(y - 4)][x - 4 + step] = True
            x += int(values[0])
        elif verb == "M":
            x, y = int(values[0]), values[1]
        else:
            x, y = x + int(values[0]), y + values[1]
    return dark


def _is_of_pattern(row: int, column: int, size: int) -> bool:
    """Tell whether a module carries no data: finders, format, timing, and the one alignment pattern."""
    in_finder = (row < 9 and (column < 9 or column >= size - 8)) or (row >= size - 8 and column < 9)
    in_alignment = size - 9 <= row < size - 4 and size - 9 <= column < size - 4
    return in_finder or in_alignment or row == 6 or column == 6


def _codewords(dark: Matrix, mask: Mask) -> list[int]:
    """Return all codewords as they lie: two columns at a time from the right, upwards and downwards in turn."""
    size, bits, upwards = len(dark), "", True
    for right in (*range(size - 1, 6, -2), *range(5, 0, -2)):
        rows = range(size - 1, -1, -1) if upwards else range(size)
        for row in rows:
            for column in (right, right - 1):
                if not _is_of_pattern(row, column, size):
                    bits += "1" if dark[row][column] ^ mask(row, column) else "0"
        upwards = not upwards
    return [int(bits[place : place + 8], 2) for place in range(0, len(bits) - 7, 8)]


def _text(codewords: list[int]) -> str:
    bits = "".join(f"{one:08b}" for one in codewords)
    place = 0
    if bits[:4] == "0111":  # which alphabet: an extended channel of one byte
        place = 12
    assert bits[place : place + 4] == "0100", "not bytes"
    length = int(bits[place + 4 : place + 12], 2)
    place += 12
    told = bytes(int(bits[place + 8 * one : place + 8 * one + 8], 2) for one in range(length))
    return told.decode("utf-8")
