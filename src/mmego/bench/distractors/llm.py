"""Wrong options by a language model behind any OpenAI-compatible server, checked like those by rules.

Every answer is paid for once (`llm.response_cache`). A question for which the model gave too few that pass is asked
about once more with what was wrong; then it is an error on record, or goes to the rules if that was asked for.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice
from pathlib import Path
from typing import IO, Any, Literal

from mmego.bench.distractors.answer_form import Kind, dressed, kind_of
from mmego.bench.distractors.checks import Fault, option_faults, set_faults
from mmego.bench.distractors.responses import SCHEMA, parse_options
from mmego.bench.distractors.rules import RulesOptions
from mmego.bench.distractors.writer import NO_OPTIONS, Clips, Item, Written
from mmego.errors import InputError
from mmego.llm.client import Caller, Tally
from mmego.llm.concurrency import in_flight
from mmego.llm.failure import Failure
from mmego.llm.options import CallOptions
from mmego.llm.prompts import read_prompt
from mmego.llm.response_cache import Journal
from mmego.llm.responses import Reply
from mmego.llm.server_parameters import Ask
from mmego.qa.writing.judge import nearest
from mmego.qa.writing.windows import numbered
from mmego.records import QA

DISTRACT, DISTRACT_PLAIN = "distract@1", "distract_plain@1"
JOURNAL, ERRORS = "options.jsonl", "options-errors.jsonl"
WRONG = 3
NO_NOTES = "(none at hand)"
_MOST_SETS = 200  # ways to choose three of those that pass


@dataclass(frozen=True)
class LlmOptions(CallOptions):
    """How a language model writes wrong options."""

    max_tokens: int = 400
    """Most tokens of one answer."""
    number: int = 6
    """Wrong options asked for; three of those that pass the checks are taken."""
    sentences: int = 80
    """Narrations shown with a question: those nearest to the ones that the answer rests on."""
    fallback: Literal["none", "rules"] = "none"
    """Where the model gives too few that pass: "none" leaves the question out and "rules" writes its options by rules;
    either way it is in the list of errors."""

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
class _Tried:
    """What the model's options came to: three of them, or why there are not so many."""

    wrong: tuple[str, ...] | None
    failure: Failure | None = None


class LlmWriter:
    """Implements `items.Writer`. `tally` counts the calls, `errors` the questions on record by reason.

    Args:
        options: the model and how it is asked.
        folder: where `options.jsonl` (the journal of paid calls) and `options-errors.jsonl` are kept.
        seed: of the calls and of the choice among what passes.
    """

    def __init__(self, options: LlmOptions, folder: Path, seed: int = 0) -> None:
        options.check()
        self.options, self.folder, self.seed = options, Path(folder), seed
        self.tally = Tally()
        self.errors: Counter[str] = Counter()
        self._rules = RulesOptions(seed)
        self._begun = False

    def about(self) -> dict[str, Any]:
        """What shaped the options, for a record of how a benchmark was made."""
        return {"writer": "llm", "prompt": DISTRACT, **self.options.shape()}

    def prepare(self, samples: Iterable[QA], clips: Clips) -> None:
        """Only the rules need to know the corpus."""
        if self.options.fallback == "rules":
            self._rules.prepare(samples, clips)

    def write(self, items: Iterable[Item]) -> Iterator[Written]:
        """Each item once, as it is finished.

        Raises:
            InputError: a fault that no retry mends (a wrong key, no such model), in one line.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with Journal(self.folder / JOURNAL) as book, self._errors_file() as errors:
            caller = Caller(self.options, self.seed, book, self.tally)
            pending = in_flight(items, lambda item: self._one(caller, item), self.options.concurrency, caller.close)
            for item, tried in pending:
                if tried.failure is not None:
                    errors.write(json.dumps(self._error(item, tried.failure), ensure_ascii=False) + "\n")
                    errors.flush()
                yield self._written(item, tried)

    def _errors_file(self) -> IO[str]:
        """The list of errors: begun anew by each writer (the journal gives it the same again), then gone on with."""
        mode, self._begun = ("a" if self._begun else "w"), True
        return (self.folder / ERRORS).open(mode, encoding="utf-8")

    def _error(self, item: Item, failure: Failure) -> dict[str, Any]:
        self.errors[failure.reason] += 1
        row = {"id": f"{item.qa.id}-{item.number}", "question": item.turn.question, "answer": item.turn.answer}
        return {**row, "reason": failure.reason, "detail": failure.detail, "fallback": self.options.fallback}

    def _written(self, item: Item, tried: _Tried) -> Written:
        """The model's options; else those by rules if asked for; else the reason."""
        kind = kind_of(item.turn.question, item.turn.answer, item.turn.category)
        if kind in NO_OPTIONS:
            return Written(item, dropped=NO_OPTIONS[kind])
        if tried.wrong is not None:
            return Written(item, tried.wrong)
        if self.options.fallback == "rules":
            return self._rules.one(item)
        failure = tried.failure or Failure("no_answer")
        return Written(item, dropped=f"the model: {failure.reason}", detail=failure.detail)

    async def _one(self, caller: Caller, item: Item) -> tuple[Item, _Tried]:
        """Ask; once more, with what was wrong, if too few pass."""
        turn = item.turn
        kind = kind_of(turn.question, turn.answer, turn.category)
        if kind in NO_OPTIONS:
            return item, _Tried(None)
        ask = self._ask_of(item)
        passed: list[str] = []
        failure: Failure | None = None
        for attempt in range(2):
            reply = await caller.ask(ask)
            failure = reply.fault()
            if failure is not None:
                if reply.failure is None:  # else the caller has counted it
                    self.tally.fail(failure)
                return item, _Tried(None, failure)
            found, faults = self._sorted_out(reply, item, kind, passed)
            passed += found
            wrong = self._choose(passed, item, kind)
            if wrong is not None:
                return item, _Tried(wrong)
            detail = "; ".join(dict.fromkeys(str(fault) for fault in faults)) or "no three that go together"
            failure = Failure("invalid_json" if not found and not faults else "too_few", detail[:200])
            if attempt == 0:
                ask = self._again(ask, reply, faults)
        return item, _Tried(None, failure)

    def _ask_of(self, item: Item) -> Ask:
        turn = item.turn
        notes = NO_NOTES
        if item.clip is not None and item.clip.narrations:
            shown = nearest(len(item.clip.narrations), turn.narrations, self.options.sentences)
            notes = numbered(item.clip, shown)
        fields = {"question": turn.question, "answer": turn.answer, "sentences": notes, "number": self.options.number}
        digest = hashlib.sha256(f"{self.seed} {item.qa.id} {item.number}".encode()).digest()
        both = [read_prompt(name).messages(**fields) for name in (DISTRACT, DISTRACT_PLAIN)]
        return Ask(both[0], int.from_bytes(digest[:4]) >> 1, both[1], SCHEMA)

    def _again(self, ask: Ask, reply: Reply, faults: Sequence[Fault]) -> Ask:
        """The same request with its answer and what is wrong with it."""
        said = (
            "\n".join(f"- {fault}" for fault in faults) or "- they are too much alike, or the right answer stands out"
        )
        plea = {"faults": said, "number": self.options.number}
        answer = [{"role": "assistant", "content": reply.text}]
        more = [
            [{"role": "user", "content": read_prompt(name).section("again", **plea)}]
            for name in (DISTRACT, DISTRACT_PLAIN)
        ]
        plain = ask.plain_messages or ask.messages
        return replace(ask, messages=[*ask.messages, *answer, *more[0]], plain_messages=[*plain, *answer, *more[1]])

    def _sorted_out(self, reply: Reply, item: Item, kind: Kind, before: Sequence[str]) -> tuple[list[str], list[Fault]]:
        """The options of a reply that pass by themselves, and the faults of the others."""
        passed: list[str] = []
        faults: list[Fault] = []
        for option in (dressed(option, item.turn.answer) for option in parse_options(reply.text)):
            found = option_faults(option, item.turn, kind, item.truth)
            faults += found
            if not found and option not in before and option not in passed:
                passed.append(option)
        return passed, faults

    def _choose(self, passed: Sequence[str], item: Item, kind: Kind) -> tuple[str, ...] | None:
        """Three that are fair together, whichever the seed draws first."""
        rng = random.Random(f"{self.seed} {item.qa.id} {item.number}")
        drawn = rng.sample(passed, len(passed))
        for wrong in islice(combinations(drawn, WRONG), _MOST_SETS):
            if not set_faults(item.turn, kind, wrong):
                return wrong
        return None
