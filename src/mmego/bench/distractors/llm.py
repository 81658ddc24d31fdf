"""Wrong choices by a language model behind any OpenAI-compatible server, checked like those by rules.

Every answer is paid for once (`llm.response_cache`). If too few choices pass, the model is asked once more with what
was wrong. If that fails, the question goes into the list of errors, and to the rules if you asked for that.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice
from pathlib import Path
from typing import IO, Any, Literal

from mmego.bench.distractors.answer_form import AnswerForm, form_of, written_like
from mmego.bench.distractors.checks import WRONG, ChoiceProblem, problems_of_choice, problems_of_set
from mmego.bench.distractors.rules import RulesWriter
from mmego.bench.distractors.writer import NO_FOUR_CHOICES, Clips, QuestionToFill, WrittenChoices
from mmego.errors import InputError
from mmego.llm.client import Caller, Tally
from mmego.llm.concurrency import map_concurrently
from mmego.llm.failure import Failure
from mmego.llm.json_in_text import find_json
from mmego.llm.options import CallOptions
from mmego.llm.prompts import read_prompt
from mmego.llm.reply import Reply
from mmego.llm.response_cache import Journal
from mmego.llm.server_parameters import ChatRequest
from mmego.qa.writing.judge import nearest_sentences
from mmego.qa.writing.pairs import clean_line
from mmego.qa.writing.windows import number_sentences
from mmego.records import QA

DISTRACT, DISTRACT_PLAIN = "distract@1", "distract_plain@1"
JOURNAL, ERRORS = "options.jsonl", "options-errors.jsonl"
NO_NOTES = "(none at hand)"
_MOST_SETS = 200  # ways to choose three of those that pass


@dataclass(frozen=True)
class LlmOptions(CallOptions):
    """How a language model writes wrong choices."""

    max_tokens: int = 400
    """Most tokens of one answer."""
    number: int = 6
    """Wrong choices to ask for; three of those that pass the checks are taken."""
    sentences: int = 80
    """Narrations shown with a question: those nearest to the ones that the answer rests on."""
    fallback: Literal["none", "rules"] = "none"
    """If too few choices pass: "none" leaves the question out, "rules" writes its choices by rules. Either way the
    question is in the list of errors.
    """

    def check(self) -> None:
        """Raise InputError for a value that is not allowed."""
        super().check()
        if not WRONG <= self.number <= 20:
            raise InputError(f"number must be from {WRONG} to 20 wrong options, got {self.number}")
        if self.sentences < 1:
            raise InputError(f"sentences must be 1 or more, got {self.sentences}")
        if self.fallback not in ("none", "rules"):
            raise InputError(f"fallback must be none or rules, got {self.fallback!r}")


@dataclass(frozen=True, slots=True)
class _Attempt:
    """The three choices that the model's answers came to, or why there are not three."""

    wrong: tuple[str, ...] | None
    failure: Failure | None = None


class LlmWriter:
    """A `ChoiceWriter` that asks a language model. `tally` counts the calls, `errors` the failed questions by reason.

    Args:
        options: the model and how it is asked.
        folder: where `options.jsonl` (the journal of paid calls) and `options-errors.jsonl` are kept.
        seed: of the calls and of the draw among the choices that pass.
    """

    def __init__(self, options: LlmOptions, folder: Path, seed: int = 0) -> None:
        options.check()
        self.options, self.folder, self.seed = options, Path(folder), seed
        self.tally = Tally()
        self.errors: Counter[str] = Counter()
        self._rules = RulesWriter(seed)
        self._begun = False

    def about(self) -> dict[str, Any]:
        """Return the writer's settings, for the record of how a benchmark was made."""
        return {"writer": "llm", "prompt": DISTRACT, **self.options.shape()}

    def prepare(self, samples: Iterable[QA], clips: Clips) -> None:
        """Let the rules read the corpus, if they are the fallback."""
        if self.options.fallback == "rules":
            self._rules.prepare(samples, clips)

    def write(self, items: Iterable[QuestionToFill]) -> Iterator[WrittenChoices]:
        """Yield each item once, as it is finished.

        Raises:
            InputError: an error that no retry repairs (a wrong key, no such model), in one line.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with Journal(self.folder / JOURNAL) as journal, self._errors_file() as errors:
            caller = Caller(self.options, self.seed, journal, self.tally)
            pending = map_concurrently(
                items, lambda item: self._one(caller, item), self.options.concurrency, caller.close
            )
            for item, attempted in pending:
                if attempted.failure is not None:
                    errors.write(json.dumps(self._error(item, attempted.failure), ensure_ascii=False) + "\n")
                    errors.flush()
                yield self._written(item, attempted)

    def _errors_file(self) -> IO[str]:
        """Open the list of errors: anew at the first call (the journal repeats earlier errors), later to append."""
        mode, self._begun = ("a" if self._begun else "w"), True
        return (self.folder / ERRORS).open(mode, encoding="utf-8")

    def _error(self, item: QuestionToFill, failure: Failure) -> dict[str, Any]:
        self.errors[failure.reason] += 1
        row = {"id": f"{item.qa.id}-{item.number}", "question": item.turn.question, "answer": item.turn.answer}
        return {**row, "reason": failure.reason, "detail": failure.detail, "fallback": self.options.fallback}

    def _written(self, item: QuestionToFill, attempted: _Attempt) -> WrittenChoices:
        """Return the model's choices; else those by rules if asked for; else the reason."""
        form = form_of(item.turn.question, item.turn.answer, item.turn.category)
        if form in NO_FOUR_CHOICES:
            return WrittenChoices(item, dropped=NO_FOUR_CHOICES[form])
        if attempted.wrong is not None:
            return WrittenChoices(item, attempted.wrong)
        if self.options.fallback == "rules":
            return self._rules.write_one(item)
        failure = attempted.failure or Failure("no_answer")
        return WrittenChoices(item, dropped=f"the model: {failure.reason}", detail=failure.detail)

    async def _one(self, caller: Caller, item: QuestionToFill) -> tuple[QuestionToFill, _Attempt]:
        """Ask the model; if too few choices pass, ask once more with what was wrong."""
        turn = item.turn
        form = form_of(turn.question, turn.answer, turn.category)
        if form in NO_FOUR_CHOICES:
            return item, _Attempt(None)
        ask = self._ask_of(item)
        passed: list[str] = []
        failure: Failure | None = None
        for attempt in range(2):
            reply = await caller.ask(ask)
            failure = reply.no_answer()
            if failure is not None:
                if reply.failure is None:  # else the caller has counted it
                    self.tally.fail(failure)
                return item, _Attempt(None, failure)
            found, problems = self._passing(reply, item, form, passed)
            passed += found
            wrong = self._choose_three(passed, item, form)
            if wrong is not None:
                return item, _Attempt(wrong)
            detail = "; ".join(dict.fromkeys(str(problem) for problem in problems)) or "no three that go together"
            failure = Failure("invalid_json" if not found and not problems else "too_few", detail[:200])
            if attempt == 0:
                ask = self._again(ask, reply, problems)
        return item, _Attempt(None, failure)

    def _ask_of(self, item: QuestionToFill) -> ChatRequest:
        turn = item.turn
        notes = NO_NOTES
        if item.clip is not None and item.clip.narrations:
            shown = nearest_sentences(len(item.clip.narrations), turn.narrations, self.options.sentences)
            notes = number_sentences(item.clip, shown)
        fields = {"question": turn.question, "answer": turn.answer, "sentences": notes, "number": self.options.number}
        digest = hashlib.sha256(f"{self.seed} {item.qa.id} {item.number}".encode()).digest()
        both = [read_prompt(name).messages(**fields) for name in (DISTRACT, DISTRACT_PLAIN)]
        return ChatRequest(both[0], int.from_bytes(digest[:4]) >> 1, both[1], SCHEMA)

    def _again(self, ask: ChatRequest, reply: Reply, problems: Sequence[ChoiceProblem]) -> ChatRequest:
        """Return the same request with its answer and what is wrong with it."""
        problems_text = (
            "\n".join(f"- {problem}" for problem in problems)
            or "- they are too much alike, or the right answer stands out"
        )
        fields = {"faults": problems_text, "number": self.options.number}
        answer = [{"role": "assistant", "content": reply.text}]
        more = [
            [{"role": "user", "content": read_prompt(name).section("again", **fields)}]
            for name in (DISTRACT, DISTRACT_PLAIN)
        ]
        plain = ask.plain_messages or ask.messages
        return replace(ask, messages=[*ask.messages, *answer, *more[0]], plain_messages=[*plain, *answer, *more[1]])

    def _passing(
        self, reply: Reply, item: QuestionToFill, form: AnswerForm, before: Sequence[str]
    ) -> tuple[list[str], list[ChoiceProblem]]:
        """Return the new choices of a reply that pass alone, and the problems of the others."""
        passed: list[str] = []
        problems: list[ChoiceProblem] = []
        for choice in (written_like(choice, item.turn.answer) for choice in parse_choices(reply.text)):
            found = problems_of_choice(choice, item.turn, form, item.truth)
            problems += found
            if not found and choice not in before and choice not in passed:
                passed.append(choice)
        return passed, problems

    def _choose_three(self, passed: Sequence[str], item: QuestionToFill, form: AnswerForm) -> tuple[str, ...] | None:
        """Return the first three, in an order drawn by the seed, that are fair together."""
        rng = random.Random(f"{self.seed} {item.qa.id} {item.number}")
        drawn = rng.sample(passed, len(passed))
        for wrong in islice(combinations(drawn, WRONG), _MOST_SETS):
            if not problems_of_set(item.turn, form, wrong):
                return wrong
        return None


# ---- Reading wrong choices out of a model's answer, in JSON or in plain text. Pure, and linear in its length.

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"options": {"type": "array", "items": {"type": "string"}}},
    "required": ["options"],
    "additionalProperties": False,
}
_LINE = re.compile(r"[\s>*_-]*+(?:W|wrong(?: answer)?)\s*+\d*+[*_]*+\s*+[:.)][*_]*+\s*+(.+)", re.IGNORECASE)
_LISTED = re.compile(r"\s*+(?:[-*•]|\(?[A-Ha-h1-9][.)])\s++(.+)")
_MARK = re.compile(r"\s*+(?:[-*•]|\(?[A-Ha-h1-9][.)])\s++")
_MOST = 20
MOST_LENGTH = 500
"""Characters of a choice; a longer text counts as a choice that the model did not give."""


def parse_choices(text: str) -> list[str]:
    """Return the choices in the order of the answer, each once, without numbers or marks; [] if it has none."""
    found = _from_json(text) or _from_lines(text)
    clean = (clean_line(_unmarked(choice)).strip(" *_\"'") for choice in found)
    return list(dict.fromkeys(choice for choice in clean if 0 < len(choice) <= MOST_LENGTH))[:_MOST]


def _unmarked(choice: str) -> str:
    mark = _MARK.match(choice)
    return choice[mark.end() :] if mark else choice


def _from_json(text: str) -> list[str]:
    """Return the first list of texts in the JSON of an answer, at any place."""
    for value in find_json(text):
        if isinstance(value, dict):
            value = next((v for v in value.values() if isinstance(v, list)), None)
        if isinstance(value, list):
            choices = [v if isinstance(v, str) else v.get("option", v.get("text", "")) for v in value if _is_choice(v)]
            if choices:
                return [choice for choice in choices if isinstance(choice, str)]
    return []


def _is_choice(value: Any) -> bool:
    return isinstance(value, str | dict)


def _from_lines(text: str) -> list[str]:
    """Return the lines that begin with "W:", or else the lines of a list."""
    lines = text.splitlines()
    for pattern in (_LINE, _LISTED):
        found = [match[1] for line in lines if (match := pattern.match(line))]
        if found:
            return found
    return []
