"""What of a key is taken out of a server's words, and what is not."""

from __future__ import annotations

import base64
import html
import json
import time
from urllib.parse import quote

import pytest

from mmego.llm.redaction import HIDDEN, PIECE, Redactor

KEY = "sk-proj-Zq8vTn3kLw0e5RxYhU2mBd+/&tail_9"


def forms() -> dict[str, str]:
    return {
        "as it is": KEY,
        "in capitals": KEY.upper(),
        "URL": quote(KEY, safe=""),
        "JSON": json.dumps(KEY),
        "HTML": html.escape(KEY),
        "base64": base64.b64encode(KEY.encode()).decode(),
        "base64 for addresses": base64.urlsafe_b64encode(KEY.encode()).decode(),
        "base64 of a header": base64.b64encode(f"Bearer {KEY}".encode()).decode(),
        "base64 of user and key": base64.b64encode(f"user:{KEY}".encode()).decode(),
        "base64 of JSON": base64.b64encode(json.dumps({"key": KEY}).encode()).decode(),
        "hexadecimal": KEY.encode().hex(),
        "first part": KEY[:12],
        "middle": KEY[10:20],
        "last part": KEY[-PIECE:],
        "masked": f"{KEY[:6]}...{KEY[-4:]}",
        "masked by stars": f"{KEY[:3]}{'*' * 20}{KEY[-4:]}",
        "masked but for its end": f"****{KEY[-4:]}",
    }


@pytest.mark.parametrize("name", forms())
def test_no_form_of_the_key_is_left(name: str) -> None:
    form = forms()[name]
    found = Redactor(KEY).text(f"Bad key: {form} (the mug is in the drawer)")
    assert HIDDEN in found
    assert found.startswith("Bad key: ")
    assert found.endswith("(the mug is in the drawer)")
    shown = found.removeprefix("Bad key: ").removesuffix("(the mug is in the drawer)")
    # Of base64 the characters at the ends, which hold bits of the neighbours, and the prefix before the key may stay.
    assert not any(form[i : i + PIECE] in shown for i in range(len(form) - PIECE + 1) if "base64 of" not in name)
    for i in range(len(KEY) - PIECE + 1):
        assert base64.b64encode(KEY[i : i + PIECE].encode()).decode().rstrip("=")[:-1] not in shown


@pytest.mark.parametrize("key", [None, "", "none", "EMPTY"])
def test_a_placeholder_is_a_word_like_others(key: str | None) -> None:
    assert Redactor(key).text("none of the above; EMPTY") == "none of the above; EMPTY"


def test_an_answer_keeps_its_words() -> None:
    text = "B... wait, no: the key-ring is in the drawer, sk... x" * 30
    assert Redactor(KEY).text(text) == text


def test_a_message_is_one_short_line_without_anybodys_key() -> None:
    line = Redactor(None).line(f"Wrong key\n sk-other-1234567890 for {'x' * 500}")
    assert line.startswith(f"Wrong {HIDDEN} for xxx")
    assert len(line) <= 200
    # The key is taken out before the line is cut: half of it would stay otherwise.
    assert KEY[:10] not in Redactor(KEY).line("x" * 195 + KEY)


@pytest.mark.parametrize("piece", [KEY, KEY[:7], "the mug ", "x", "*", "...", "sk-...", "xxxx-"])
def test_the_time_grows_with_the_length_and_no_faster(piece: str) -> None:
    scrubber = Redactor(KEY)

    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        started = time.process_time()
        scrubber.text(text)
        return time.process_time() - started

    assert min(seconds(200_000) for _ in range(3)) <= 9 * min(seconds(50_000) for _ in range(3)) + 0.1
