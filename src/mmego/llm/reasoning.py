"""Removing the reasoning from a model's reply. This is the only place that does so. Pure.

Servers that do not know a model's template leave its reasoning in the content. What counts as reasoning:

- the text from an opening mark to the next closing mark, or to the end if there is none (the reply was cut off);
- the text before a closing mark without an opening mark (which is often part of the prompt).

A closing mark ends all open reasoning, so nested marks need no counting. Any opening mark may pair with any closing
mark, in small letters and capitals. A mark in quotation marks or backticks is a word that the reply is about.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# <think> (DeepSeek, Qwen and most others), [THINK] (Mistral), <seed:think> (Seed), ◁think▷ (Kimi), <|begin_of_thought|>
# (Sky-T1), <|START_THINKING|> (Cohere), <unused94>thought (Gemma), <|channel|>analysis<|message|> (gpt-oss).
_WORDS = r"(?:[a-z]{1,12}:)?(?:think|thinking|thoughts?|reasoning|reflection|scratchpad|analysis|chain_of_thought)"
_MARK = re.compile(
    rf"(?P<open>(?:<|&lt;)[ ]?{_WORDS}(?:\s[^<>]{{0,80}})?(?:>|&gt;)|\[THINK(?:ING)?\]|◁think▷|<\|(?:begin_of_thought|"
    r"START_THINKING|think(?:ing)?)\|>|<unused94>(?:thought)?|<\|channel>thought|"
    r"<\|channel\|>\s?(?:analysis|commentary)[^<>]{0,80}<\|message\|>)"
    rf"|(?P<close>(?:<|&lt;)[ ]?/[ ]?{_WORDS}[ ]?(?:>|&gt;)|\[/THINK(?:ING)?\]|◁/think▷|<\|(?:end_of_thought|"
    r"END_THINKING|/think(?:ing)?)\|>|<unused95>|<channel\|>|<\|channel\|>\s?final[^<>]{0,80}<\|message\|>)",
    re.IGNORECASE,
)
_QUOTES = frozenset("\"'`“”‘’«»„")
# gpt-oss after a server removed the marks and kept the words around them: "analysisThe user ... assistantfinalB".
_BARE_START, _BARE_END = re.compile(r"\s*analysis(?=[A-Z\"'])"), "assistantfinal"
_SPECIAL = re.compile(
    r"<\|(?:im_end|im_start|endoftext|eot_id|end_of_text|end|start|return|message|channel|END_RESPONSE|START_RESPONSE|"
    r"user|assistant)\|>(?:assistant)?|</s>|<end_of_turn>|<eos>",
    re.IGNORECASE,
)


class CleanReply(NamedTuple):
    """A reply without its reasoning. `thought`: there was some; an empty `text` is then reasoning without an answer."""

    text: str
    thought: bool


def without_reasoning(reply: str) -> CleanReply:
    """Return the reply without its reasoning and without the template's marks at its ends, in linear time."""
    bare = _BARE_START.match(reply)
    if bare:
        _, found, answer = reply.rpartition(_BARE_END)
        return CleanReply(answer if found else "", thought=True)
    kept: list[str] = []
    place, inside, thought = 0, False, False
    for mark in _MARK.finditer(reply):
        if _quoted(reply, mark.start(), mark.end()):
            continue
        thought = True
        if mark["close"] is not None:
            if not inside:
                kept.clear()  # Nothing opened it: the text before it is reasoning.
            inside = False
        elif not inside:
            kept.append(reply[place : mark.start()])
            inside = True
        place = mark.end()
    if not inside:
        kept.append(reply[place:])
    if not thought:
        return CleanReply(_trimmed(reply), thought=False)
    return CleanReply(_trimmed("\n".join(part for part in kept if part.strip())).lstrip(), thought=True)


def _quoted(text: str, start: int, end: int) -> bool:
    """Return True for a mark between quotation marks: the reply is about the tag "</think>"."""
    return start > 0 and end < len(text) and text[start - 1] in _QUOTES and text[end] in _QUOTES


def _trimmed(text: str) -> str:
    """Return the text without the template's own marks, which some servers leave in it ("B</s>")."""
    return _SPECIAL.sub("", text) if "<" in text else text
