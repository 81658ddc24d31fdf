"""Words that betray that a question was written from sentences about a video, or that its writer was not sure.

A model that sees only the video must not learn of narrations, numbered sentences, "#C" or "person X".
"""

from __future__ import annotations

import re

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

# None of the patterns but the tags can be found without one of these: looking for them first is ten times faster.
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
# "person a" may be "a person a day", so A must be a capital; a small letter other than a or i is none of English.
_PERSON_LETTER = re.compile(rf"\b(?i:{_PERSON}) (?:[A-HJ-Z]|[b-hj-z])(?:'s)?(?![\w'-])")
_SINGLE = re.compile(r"(?<![A-Za-z'])[A-HJ-Zb-hj-z](?![a-z])")
_LETTER = re.compile(r"(?<![\w'\"./&+-])([B-HJ-Z])(?:'s)?(?![\w'\"/&+-]|\.\w|\.[A-Z])")
# What makes a letter a thing's name rather than somebody's. Before it:
_NAMED_BY = re.compile(
    r"(?:\b(?:vitamin|plan|letter|letters|type|option|options|grade|size|class|section|row|block|gate|exit|room|building|hall"
    r"|terminal|level|platform|line|bus|train|route|drive|disk|key|keys|button|note|chord|string|hepatitis|model|series|group"
    r"|team|part|volume|side|point|bay|aisle|shelf|slot|pin|wire|port|zone|lane|unit|apartment|flat|house|tab|item|appendix"
    r"|an?|the word|malcolm|marked|labell?ed|generation|gen|mister|mr|mrs|ms|dr)"
    r"|\d|°|degrees?)\s*$",
    re.I,
)
_NEAR = 80
"""Characters before and after a letter that are looked at: a text of letters alone would be looked through for each."""
# ... and after it.
_NAMES = re.compile(
    r"^\s*(?:shirts?|shape[ds]?|turns?|rays?|clamps?|batter(?:y|ies)|pipes?|joints?|buttons?|keys?|strings?|chords?|rings?"
    r"|hooks?|bolts?|bits?|drives?|box|major|minor|sharp|bends?|brackets?|squares?|strips?|bands?|cups?|bulbs?|class|section)\b",
    re.I,
)


def leak(text: str) -> str | None:
    """How `text` betrays its source, or None."""
    lowered = text.lower()
    hinted = any(hint in lowered for hint in _HINTS)
    for reason, pattern in _PATTERNS:
        if (hinted or reason is TAG) and pattern.search(text):
            return reason
    return LETTER if _names_by_letter(text) else None


def _names_by_letter(text: str) -> bool:
    """True for "C picks it up", "man X", "Y's cup"; False for "vitamin C", "plan B", "T-shirt", "I"."""
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


_UNSURE = re.compile(
    r"\b(?:i (?:do not|don't|did not|didn't|cannot|can't) (?:know|remember|recall|tell|say)|not sure|unsure|unknown"
    r"|unclear|uncertain|cannot be (?:determined|inferred|known|told)|can't be determined"
    r"|no (?:information|mention|evidence)|not (?:enough|sufficient) (?:information|detail)|n/a|none of the above"
    r"|probably|possibly|perhaps|maybe|presumably|likely|might(?: have)?|may have|could have|seem(?:s|ed)?"
    r"|appear(?:s|ed)? to|apparently|most likely|it is implied|implies|suggests?|as an ai)\b",
    re.I,
)


def unsure(answer: str) -> bool:
    """True for an answer that hedges or says that it does not know."""
    return _UNSURE.search(answer) is not None
