"""Plain English: words that this project does not use, in code, help texts, error messages, prompts and pages."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

import mmego

PACKAGE = Path(mmego.__file__).parent
ROOT = PACKAGE.parents[1]
BANNED = re.compile(
    r"\b(?:deeds?|told|shall|mend(?:s|ed|ing)?|lest|bear(?:s|ing)?|whoever|nobody is|all that|such that they)\b", re.I
)
"""As words of a text. "Bear" is banned for "support" or "have", "told" for "narrated"."""
BANNED_NAMES = {"deed", "deeds", "told", "said", "shall", "mend", "mends", "mended", "lest", "whoever"}
"""As parts of an identifier: ``told_in``, ``DeedList``."""
ALLOWED = re.compile(r"teddy bears?|too little told", re.I)
"""A thing of the simulator, and a reason that data sets' plans have on record."""
PINNED = {
    "llm/prompts/distract@1.txt": "deeds",
    "llm/prompts/distract_plain@1.txt": "deeds",
}
"""Prompts that keep their text, since another text changes the answers; and the word that stays in each."""
WORD_LISTS = (
    "language/lexicon.py",
    "language/verbs.py",
    "narrations/readers/number_marks.py",
    "qa/export/text_classes.py",
)
"""Modules whose strings are vocabulary: any English word may be among them."""
RECORDED = {"deed", "told", "not_told", "told@1"}
"""Values of published files and their keys; a string that is just this word may stand in code."""


def texts(source: str) -> Iterator[tuple[int, str]]:
    """Return the comments and strings of a module, docstrings and error messages among them, each with its line."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.COMMENT, tokenize.STRING) or token.type == getattr(tokenize, "FSTRING_MIDDLE", -1):
            yield token.start[0], token.string


def names(source: str) -> Iterator[tuple[int, str]]:
    """Return every identifier of a module with its line."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME:
            yield token.start[0], token.string


def parts(name: str) -> set[str]:
    """Return the words of an identifier in lower case: ``toldIn``, ``told_in`` and ``ToldIn`` have the word told."""
    return {part.lower() for piece in name.split("_") for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", piece)}


def banned_words(text: str) -> list[str]:
    """Return the banned words of a text; a phrase is found across lines, too."""
    return [found[0] for found in BANNED.finditer(ALLOWED.sub("", " ".join(text.split())))]


def is_recorded(text: str) -> bool:
    """Return True for a string that is a value or key of a published file, and nothing else."""
    return text.strip("rbfuRBFU\"'") in RECORDED


def faults_of_module(source: str, vocabulary: bool = False) -> list[str]:
    """Return what a module says in banned words; `vocabulary` passes over strings that are no sentences."""
    found = [
        f"line {line}: {word!r}"
        for line, text in texts(source)
        if not is_recorded(text) and not (vocabulary and not re.search("[#.:;]", text))
        for word in banned_words(text)
    ]
    return found + [f"line {line}: name {name}" for line, name in names(source) if parts(name) & BANNED_NAMES]


def modules() -> list[Path]:
    return sorted(
        path for folder in ("src", "benchmarks", "scripts", "examples") for path in (ROOT / folder).rglob("*.py")
    )


def pages() -> list[Path]:
    assets = [path for ending in ("txt", "md", "js", "css") for path in PACKAGE.rglob(f"*.{ending}")]
    return sorted({*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), *assets})


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_code_is_in_plain_english(path: Path) -> None:
    vocabulary = path.as_posix().endswith(WORD_LISTS)
    assert faults_of_module(path.read_text(encoding="utf-8"), vocabulary) == []


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_are_in_plain_english(path: Path) -> None:
    pinned = next((word for name, word in PINNED.items() if path.as_posix().endswith(name)), None)
    assert set(banned_words(path.read_text(encoding="utf-8"))) <= {pinned}


def test_the_check_sees_banned_words() -> None:
    assert faults_of_module('def f():\n    """Return the deed."""\n') == ["line 2: 'deed'"]
    assert faults_of_module("told_in = 1  # lest it break\n") == ["line 1: 'lest'", "line 1: name told_in"]
    assert faults_of_module('raise ValueError(f"{x} bears no name")\n') == ["line 1: 'bears'"]
    assert faults_of_module('WORDS = "mend sew stitch darn"\n', vocabulary=True) == []
    assert faults_of_module("# whoever reads this\n", vocabulary=True) == ["line 1: 'whoever'"]
    assert faults_of_module('"""Return what\nnobody\nis asked."""\n') == ["line 1: 'nobody is'"]
    assert faults_of_module('CATEGORY = "deed"\n') == []
    assert faults_of_module('CATALOG = ("teddy bear", "ball")\n') == []
    assert banned_words("Whoever is told that all that is there") == ["Whoever", "told", "all that"]
    assert parts("ToldIn") == {"told", "in"}
