from __future__ import annotations

import json

import pytest

from mmego.qa.writing.pairs import Pair, check_pairs, parse_pairs

MUG = Pair("What did I pick up?", "the mug", (3, 7), "object")
BED = Pair("Where did I put it?", "on the bed", (4,), "place")
JSON = json.dumps(
    {
        "pairs": [
            {"question": MUG.question, "answer": MUG.answer, "kind": "object", "sentences": [3, 7]},
            {"question": BED.question, "answer": BED.answer, "kind": "place", "sentences": [4]},
        ]
    }
)
PLAIN = """Q: What did I pick up?
A: the mug
K: object
S: 3, 7

Q: Where did I put it?
A: on the bed
K: place
S: 4
"""


@pytest.mark.parametrize(
    "text",
    [
        JSON,
        f"```json\n{JSON}\n```",
        f"Sure, here they are: {JSON} Anything else? I [can] do {{more}}.",
        JSON.replace('{"pairs": ', "").removesuffix("}"),
        f'{{"result": {JSON}}}',
        JSON.replace("]}]}", "]},]}"),  # a comma too many
        JSON.replace("[3, 7]", '["3", "7"]').replace("[4]", "4"),
        JSON.replace("[3, 7]", '"3 and 7"').replace("[4]", '"[4]"'),
        JSON.replace("What did", "What\ndid"),  # a bare line break in a string
        PLAIN,
        "Here you go:\n\n" + PLAIN + "\nI hope this helps!",
        PLAIN.replace("Q:", "- **Q:**").replace("A:", "  **A:**").replace("S:", "* S:"),
        PLAIN.replace("Q:", "1. Question:").replace("A:", "Answer:").replace("S:", "Sentences:").replace("K:", "Kind:"),
        PLAIN.replace("Q:", "Q1:").replace("S: 3, 7", "S: [3] and [7]"),
        PLAIN.replace("the mug", "the\nmug"),
        f"```\n{PLAIN}```",
    ],
)
def test_pairs_are_found_in_whatever_they_are_wrapped_in(text: str) -> None:
    parsed = parse_pairs(text)
    assert parsed.pairs == (MUG, BED)
    assert (parsed.broken, parsed.readable, parsed.refused) == (0, True, False)


@pytest.mark.parametrize("length", range(len(JSON)))
def test_of_json_cut_anywhere_only_complete_pairs_are_read(length: int) -> None:
    first, second = JSON.index('{"question"'), JSON.rindex('{"question"')
    expected = [pair for pair, start in ((MUG, first), (BED, second)) if JSON.index("}", start) < length]
    assert list(parse_pairs(JSON[:length], cut_off=True).pairs) == expected


@pytest.mark.parametrize("length", range(len(PLAIN)))
def test_of_plain_text_cut_anywhere_only_complete_pairs_are_read(length: int) -> None:
    pairs = parse_pairs(PLAIN[:length], cut_off=True).pairs
    # A pair whose sentences were cut has none, and is dropped by `check_pairs`: it is never one with other sentences.
    kept, _ = check_pairs(pairs, range(1, 10))
    assert set(kept) <= {MUG, BED}


@pytest.mark.parametrize("text", ['{"pairs": []}', "[]", "NONE", " None. ", '```json\n{"pairs": []}\n```', "No pairs"])
def test_no_pairs_is_an_answer(text: str) -> None:
    parsed = parse_pairs(text)
    assert (parsed.pairs, parsed.readable, parsed.refused) == ((), True, False)


@pytest.mark.parametrize(
    "text", ["I'm sorry, I can't help with that.", "I cannot assist.", "As an AI, I...", "Sorry, no.", "I’m unable to"]
)
def test_refusals_are_told_from_answers(text: str) -> None:
    assert parse_pairs(text).refused
    assert not parse_pairs(f"Sorry for the wait!\n{JSON}").refused


@pytest.mark.parametrize(
    "text", ["", "  ", "pairs = question, answer", "{", "[1, 2]", '{"a": 3}', "A: yes", "[" * 3000, "Q: And then?"]
)
def test_what_is_neither_pairs_nor_none_is_unreadable(text: str) -> None:
    parsed = parse_pairs(text)
    assert (parsed.pairs, parsed.readable) == ((), False)


def test_broken_pairs_are_counted_and_never_filled_in() -> None:
    good = {"question": "Q?", "answer": "a", "sentences": [1]}
    bad = [{"question": "Q?"}, {"question": 3, "answer": "a"}, {"question": " ", "answer": "a"}, {"answer": "a"}]
    parsed = parse_pairs(json.dumps({"pairs": [good, *bad]}))
    assert [p.question for p in parsed.pairs] == ["Q?"]
    assert parsed.broken == 4
    plain = parse_pairs(PLAIN + "\nQ: And then?\n")
    assert (plain.pairs, plain.broken) == ((MUG, BED), 1)


@pytest.mark.parametrize("numbers", [None, "all", [1, "two"], [True], {"a": 1}, [1.5], "3 or so"])
def test_sentences_that_are_no_numbers_are_none(numbers: object) -> None:
    (pair,) = parse_pairs(json.dumps([{"question": "Q?", "answer": "a", "sentences": numbers}])).pairs
    assert pair.sentences == ()
    kept, failures = check_pairs([pair], range(10))
    assert (kept, [f.reason for f in failures]) == ([], ["bad_index"])


def test_a_range_names_all_its_sentences() -> None:
    assert parse_pairs("Q: a?\nA: b\nS: 3-5, 9").pairs[0].sentences == (3, 4, 5, 9)


def test_a_number_is_an_answer_and_half_characters_are_not_kept() -> None:
    text = '[{"question": "How\\ud800 many?", "answer": 2, "kind": "Color", "sentences": [1, 1]}]'
    assert parse_pairs(text).pairs == (Pair("How? many?", "2", (1,), "colour"),)


def test_an_unknown_kind_is_no_kind() -> None:
    assert parse_pairs('[{"question": "a?", "answer": "b", "kind": "weird", "sentences": [1]}]').pairs[0].kind == "llm"


def test_only_sentences_that_were_shown_and_only_five_pairs() -> None:
    pairs = [Pair(f"Q{i}?", "a", (i,)) for i in range(7)]
    kept, failures = check_pairs(pairs, {1, 2, 3, 4, 5, 6})
    assert [p.question for p in kept] == ["Q1?", "Q2?", "Q3?", "Q4?"]
    assert [(f.reason, f.detail) for f in failures] == [
        ("bad_index", "sentence 0 was not shown: Q0?"),
        ("too_many", "7 pairs, the first 5 were read"),
    ]
