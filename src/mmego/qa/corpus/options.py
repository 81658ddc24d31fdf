"""The filters of a whole corpus by name, their reasons and their limits."""

from __future__ import annotations

from dataclasses import dataclass

from mmego.errors import InputError
from mmego.qa.filters.registry import DropReason, check_names

DROP_REASONS = (
    DropReason("duplicate", "asks and answers the same of the same moment"),
    DropReason("repeated", "the same question and answer too often in the corpus"),
    DropReason("repeated", "questions alike with the same answer too often in the corpus"),
    DropReason("yes_no", "more of yes than of no (or the reverse), or too many of both"),
    DropReason("one_answer", "one answer too often in its category"),
    DropReason("answer_type", "one type of answer too often"),
    DropReason("length_class", "too many conversations of one length class"),
)
"""The reasons of the corpus filters, in the order in which the filters run (`corpus.filters.CORPUS_FILTERS`)."""
CORPUS_STEPS = tuple(dict.fromkeys(reason.filter for reason in DROP_REASONS))
"""The names of the corpus filters, in the order in which they run."""


@dataclass(frozen=True, slots=True)
class CorpusOptions:
    """Limits of the corpus filters. A share of 1 switches its filter off. So does leaving its name out of `steps`."""

    steps: tuple[str, ...] = CORPUS_STEPS
    """The corpus filters to run."""
    likeness: float = 0.8
    """Questions on one moment of a video with the same answer are near duplicates from this similarity (0 to 1)."""
    most_repeats: int = 100
    """Most repeats of a question with the same answer in the corpus. Similar questions count as the same."""
    repeat_likeness: float = 0.8
    """Questions of any videos with the same answer count as similar from this similarity of their content words (0 to
    1). 1: only equal questions count."""
    yes_no_share: float = 0.25
    """Largest share of yes/no turns among all."""
    one_answer_share: float = 0.25
    """Largest share of one answer among the turns of the same category and answer type."""
    answer_type_share: float = 0.7
    """Largest share of one type of answer (place, thing, number...) among all turns."""
    class_ratio: float = 1.5
    """No length class has more conversations than this times its even share; 1 makes all classes equal."""
    min_turns: int = 1000
    """A corpus of fewer turns passes the filters of shares. `one_answer` looks at categories of a twentieth of that."""
    min_conversations: int = 200
    """Length classes are not balanced in a corpus of fewer conversations."""
    seed: int = 0
    """Decides which turns are dropped where there are too many."""

    def __post_init__(self) -> None:
        check_names(self.steps, CORPUS_STEPS)
        for name in ("likeness", "repeat_likeness", "yes_no_share", "one_answer_share", "answer_type_share"):
            if not 0 < getattr(self, name) <= 1:
                raise InputError(f"{name} should be above 0 and at most 1, got {getattr(self, name)}")
        if not self.class_ratio >= 1:
            raise InputError(f"class_ratio should be 1 or more, got {self.class_ratio}")
        for name, least in (("most_repeats", 1), ("min_turns", 0), ("min_conversations", 0)):
            if getattr(self, name) < least:
                raise InputError(f"{name} should be {least} or more, got {getattr(self, name)}")
