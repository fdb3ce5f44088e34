"""A small language for what one wants to know of a face: ``au06 + au07 > 0.6 and pitch_deg < 10``.

    expression := and { "or" and }          and := not { "and" not }         not := "not" not | comparison
    comparison := sum [ ("<" | "<=" | ">" | ">=") sum ]                      sum := term { ("+" | "-") term }
    term       := factor { ("*" | "/") factor }                              factor := "-" factor | atom
    atom       := number | name | ("min" | "max" | "mean" | "abs") "(" sum { "," sum } ")" | "(" expression ")"

A formula is read by this parser alone, never by Python's. What is not known is NaN, and so is every number and
every comparison that is made of it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Names = Mapping[str, Values]
Evaluate = Callable[[Names], Values]

MAX_TEXT: Final = 500
MAX_DEPTH: Final = 50

_TOKEN: Final = re.compile(r"\s*(?:(\d+\.?\d*|\.\d+)|([A-Za-z_][A-Za-z_0-9]*)|(<=|>=|[<>+\-*/(),]))")
_FUNCTIONS: Final[dict[str, Callable[[Sequence[Values]], Values]]] = {
    "min": lambda parts: np.asarray(np.minimum.reduce(list(parts))),
    "max": lambda parts: np.asarray(np.maximum.reduce(list(parts))),
    "mean": lambda parts: np.asarray(np.mean(list(parts), axis=0)),
    "abs": lambda parts: np.asarray(np.abs(parts[0])),
}
_COMPARE: Final[dict[str, Callable[[Values, Values], npt.NDArray[np.bool_]]]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
_WORDS: Final = frozenset(("and", "or", "not", *_FUNCTIONS))


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """A formula that was read.

    Attributes:
        text: As it was written.
        names: What it asks of a face.
        is_condition: Whether it holds or not, 1 or 0; otherwise it is a number.
    """

    text: str
    names: frozenset[str]
    is_condition: bool
    _evaluate: Evaluate

    def value(self, names: Mapping[str, float | Values]) -> Values:
        """Return what it comes to: of numbers a number, of arrays (N,) an array; NaN where it is not known.

        Raises:
            KeyError: A name is missing.
        """
        found = {name: np.asarray(names[name], np.float64) for name in self.names}
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self._evaluate(found), np.float64)


def parse_formula(text: str) -> Formula:
    """Read a formula.

    Raises:
        ValueError: It cannot be read; the message says where.
    """
    if len(text) > MAX_TEXT:
        raise ValueError(f"a formula of more than {MAX_TEXT} characters")
    parser = _Parser(_tokens(text))
    evaluate, is_condition = parser.expression(0)
    parser.expect_end()
    return Formula(text, frozenset(parser.names), is_condition, evaluate)


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"{text[at:].strip()[:20]!r} is no part of a formula")
        tokens.append(match.group().strip())
        at = match.end()
    return tokens


Part = tuple[Evaluate, bool]
"""How it is computed, and whether it is a condition."""


class _Parser:
    """Reads tokens from left to right, one rule a method."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens, self._at = tokens, 0
        self.names: set[str] = set()

    def expect_end(self) -> None:
        if self._next():
            raise ValueError(f"{self._next()!r} is one too many")

    def expression(self, depth: int) -> Part:
        return self._joined(depth, "or", self._and, np.logical_or)

    def _and(self, depth: int) -> Part:
        return self._joined(depth, "and", self._not, np.logical_and)

    def _joined(
        self, depth: int, word: str, inner: Callable[[int], Part], join: Callable[[Values, Values], Values]
    ) -> Part:
        first, is_condition = inner(depth)
        while self._take(word):
            second, other = inner(depth)
            if not (is_condition and other):
                raise ValueError(f'"{word}" joins comparisons, such as au12 > 0.5 {word} au06 > 0.3')
            first = _of_two(first, second, join)
        return first, is_condition

    def _not(self, depth: int) -> Part:
        if not self._take("not"):
            return self._comparison(depth)
        inner, is_condition = self._not(self._deeper(depth))
        if not is_condition:
            raise ValueError('"not" stands before a comparison')
        return (lambda names: np.where(np.isnan(inner(names)), np.nan, inner(names) == 0)), True

    def _comparison(self, depth: int) -> Part:
        first, is_condition = self._sum(depth)
        sign = next((each for each in _COMPARE if self._next() == each), None)
        if sign is None:
            return first, is_condition
        self._at += 1
        second, other = self._sum(depth)
        if is_condition or other:
            raise ValueError("a comparison compares numbers; join comparisons with and, or")
        return _of_two(first, second, _COMPARE[sign]), True

    def _sum(self, depth: int) -> Part:
        return self._chain(depth, {"+": np.add, "-": np.subtract}, self._term)

    def _term(self, depth: int) -> Part:
        return self._chain(depth, {"*": np.multiply, "/": np.divide}, self._factor)

    def _chain(
        self, depth: int, signs: Mapping[str, Callable[[Values, Values], Values]], inner: Callable[[int], Part]
    ) -> Part:
        first, is_condition = inner(depth)
        while self._next() in signs:
            join = signs[self._next()]
            self._at += 1
            second, other = inner(depth)
            if is_condition or other:
                raise ValueError("a comparison is no number; join comparisons with and, or")
            first = _of_two(first, second, join)
        return first, is_condition

    def _factor(self, depth: int) -> Part:
        if not self._take("-"):
            return self._atom(depth)
        inner, is_condition = self._factor(self._deeper(depth))
        if is_condition:
            raise ValueError("a comparison is no number")
        return (lambda names: -inner(names)), False

    def _atom(self, depth: int) -> Part:
        token = self._next()
        self._at += 1
        if token == "(":
            inner = self.expression(self._deeper(depth))
            self._expect(")")
            return inner
        if token in _FUNCTIONS:
            return self._call(token, self._deeper(depth)), False
        if token and (token[0].isdigit() or token[0] == "."):
            number = np.float64(token)
            return (lambda _: np.asarray(number)), False
        if token and (token[0].isalpha() or token[0] == "_") and token not in _WORDS:
            self.names.add(token)
            return (lambda names: names[token]), False
        raise ValueError(f"{token!r} stands where a number or a name should" if token else "it ends too early")

    def _call(self, name: str, depth: int) -> Evaluate:
        self._expect("(")
        parts = [self._number(depth)]
        while self._take(","):
            parts.append(self._number(depth))
        self._expect(")")
        if name == "abs" and len(parts) != 1:
            raise ValueError("abs takes one number")
        function = _FUNCTIONS[name]
        return lambda names: function(np.broadcast_arrays(*(part(names) for part in parts)))

    def _number(self, depth: int) -> Evaluate:
        inner, is_condition = self._sum(depth)
        if is_condition:
            raise ValueError("min, max, mean and abs take numbers")
        return inner

    def _deeper(self, depth: int) -> int:
        if depth >= MAX_DEPTH:
            raise ValueError("too many brackets within each other")
        return depth + 1

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self, token: str) -> bool:
        if self._next() != token:
            return False
        self._at += 1
        return True

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise ValueError(f"{token!r} is missing" + (f" before {self._next()!r}" if self._next() else ""))


def _of_two(
    first: Evaluate, second: Evaluate, join: Callable[[Values, Values], npt.NDArray[np.generic]]
) -> Evaluate:
    """Return the join of two parts, NaN where either is not known."""

    def both(names: Names) -> Values:
        one, other = first(names), second(names)
        joined = np.asarray(join(one, other), np.float64)
        return np.where(np.isnan(one) | np.isnan(other), np.nan, joined)

    return both
