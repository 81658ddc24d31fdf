"""The filter `leak`: drop a turn whose words betray that it was written from sentences about a video.

A model that sees only the video must not learn of narrations, numbered sentences, "#C" or "person X".
"""

from __future__ import annotations

import re

from mmego.qa.filters.turn_case import TurnCase

NARRATION = "speaks of the narration"
DESCRIPTION = "speaks of a description or text"
SENTENCE = "speaks of a numbered sentence"
TAG = "holds a tag of the source"
WEARER = "speaks of the camera wearer"
LETTER = "names somebody by a letter"

_PATTERNS = (
    (NARRATION, re.compile(r"\bnarrat(?:ions?|ors?|ed|es?|ing|ives?)\b", re.I)),
    (
        DESCRIPTION,
        re.compile(
            r"\b(?:video|clip|scene|event|action|text|given|provided|above)(?:'s)? (?:descriptions?|captions?"
            r"|summar(?:y|ies)|transcripts?|annotations?|texts?|passages?|log)\b"
            r"|\b(?:the|this|these|that) (?:descriptions?|passages?|transcripts?|annotations?|captions?|input)\b"
            r"|\baccording to the (?:text|notes?|log|list|sentences?|summar(?:y|ies)|information)\b"
            r"|\b(?:text|information|details?) (?:above|below|provided|given)\b"
            r"|\b(?:is|are|was|were|as|being|been) (?:mentioned|described|stated|specified|listed)\b"
            r"|\b(?:is|are|was|were|does|do|did)(?: not|n't) (?:explicitly |clearly )?"
            r"(?:mention|describe|state|specify|provide|mentioned|described|stated|specified|provided)\b"
            r"|\bnot (?:explicitly |clearly )?(?:mentioned|specified|stated|described|provided)\b",
            re.I,
        ),
    ),
    (
        SENTENCE,
        re.compile(
            r"\b(?:sentences?|lines?|statements?|entr(?:y|ies)|ind(?:ex|ices)|steps?) (?:no\.? ?|number |#)?\d+"
            r"|\b(?:sentence|narration) (?:ind(?:ex|ices)|numbers?)\b|\btimestamps?\b"
            r"|[\[(]\s*\d+(?:\s*[,-]\s*\d+)*\s*[\])]"
            r"|\[\d+:\d\d(?::\d\d)?\]|\b(?:first|second|third|last|previous|next) sentence\b",
            re.I,
        ),
    ),
    (TAG, re.compile(r"#\s?(?:[A-Z]\b|unsure|summary|\d)", re.I)),
    (
        WEARER,
        re.compile(
            r"\b(?:camera|device|headset|glasses|video)[ -]?(?:wearer|holder|person|operator|bearer)s?\b"
            r"|\bthe wearer\b|\bcamera ?(?:man|woman)\b|\bperson (?:wearing|holding|with) the camera\b"
            r"|\b(?:egocentric|first[- ]person) (?:video|view|footage|perspective|camera)\b",
            re.I,
        ),
    ),
)

# Every pattern but the tags needs one of these words. To look for them first is ten times faster.
_HINTS = (
    *("narrat", "descri", "caption", "summar", "transcript", "annotat", "text", "passage", "log", "input", "mention"),
    *(
        "stated",
        "not state",
        "n't state",
        "specif",
        "listed",
        "provide",
        "according",
        "information",
        "detail",
        "sentence",
    ),
    *("line", "statement", "entr", "index", "indices", "step", "timestamp", "wearer", "camera", "device", "headset"),
    *("glasses", "video", "egocentric", "first-person", "first person", "[", "(", "clearly state", "explicitly state"),
)

_PERSON = (
    r"(?:person|people|man|men|woman|women|lady|boy|girl|guy|kid|child|baby|player|friend|individual|participant"
    r"|character|subject|actor)"
)
# "person a" may be "a person a day", so A must be a capital. No small letter but a and i is an English word.
_PERSON_LETTER = re.compile(rf"\b(?i:{_PERSON}) (?:[A-HJ-Z]|[b-hj-z])(?:'s)?(?![\w'-])")
_SINGLE = re.compile(r"(?<![A-Za-z'])[A-HJ-Zb-hj-z](?![a-z])")
_LETTER = re.compile(r"(?<![\w'\"./&+-])([B-HJ-Z])(?:'s)?(?![\w'\"/&+-]|\.\w|\.[A-Z])")
# Words before a letter that make it the name of a thing, not of a person.
_NAMED_BY = re.compile(
    r"(?:\b(?:vitamin|plan|letter|letters|type|option|options|grade|size|class|section|row|block|gate|exit|room|building|hall"
    r"|terminal|level|platform|line|bus|train|route|drive|disk|key|keys|button|note|chord|string|hepatitis|model|series|group"
    r"|team|part|volume|side|point|bay|aisle|shelf|slot|pin|wire|port|zone|lane|unit|apartment|flat|house|tab|item|appendix"
    r"|an?|the word|malcolm|marked|labell?ed|generation|gen|mister|mr|mrs|ms|dr)"
    r"|\d|°|degrees?)\s*$",
    re.I,
)
_NEAR = 80
"""Characters before and after a letter that are read. Without a limit a text of single letters takes quadratic time."""
# Words after a letter that do the same.
_NAMES = re.compile(
    r"^\s*(?:shirts?|shape[ds]?|turns?|rays?|clamps?|batter(?:y|ies)|pipes?|joints?|buttons?|keys?|strings?|chords?|rings?"
    r"|hooks?|bolts?|bits?|drives?|box|major|minor|sharp|bends?|brackets?|squares?|strips?|bands?|cups?|bulbs?|class|section)\b",
    re.I,
)


def check_leak(case: TurnCase) -> str | None:
    """Return how the question, or else the answer, betrays its source, or None."""
    return find_leak(case.question) or find_leak(case.answer)


def find_leak(text: str) -> str | None:
    """Return how `text` betrays its source, or None."""
    lowered = text.lower()
    hinted = any(hint in lowered for hint in _HINTS)
    for reason, pattern in _PATTERNS:
        if (hinted or reason is TAG) and pattern.search(text):
            return reason
    return LETTER if _names_by_letter(text) else None


def _names_by_letter(text: str) -> bool:
    """Return True for "C picks it up", "man X", "Y's cup"; False for "vitamin C", "plan B", "T-shirt", "I"."""
    if _SINGLE.search(text) is None:
        return False
    if _PERSON_LETTER.search(text):
        return True
    return any(
        not (
            _NAMED_BY.search(text[max(0, match.start() - _NEAR) : match.start()])
            or _NAMES.match(text[match.end() : match.end() + _NEAR])
        )
        for match in _LETTER.finditer(text)
    )
