"""A benchmark's folder: what is written is read, and what is wrong is named with file and row."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mmego.bench.data.folder import load_benchmark, save_benchmark
from mmego.bench.egomemoria_sim.questions import SHIPPED
from mmego.errors import InputError
from mmego.records import Span, VideoInput
from tests.bench.small import benchmark, question


def test_what_is_saved_is_loaded_and_the_name_goes_with_it(tmp_path: Path) -> None:
    saved = benchmark(tmp_path / "b")
    again = load_benchmark(tmp_path / "b")
    assert again == saved
    assert again.name == "small"
    assert again.videos == tuple(f"v{n}" for n in range(7))
    assert again.video_folder == tmp_path / "b" / "videos"


def test_a_bare_file_of_questions_is_a_benchmark_called_like_the_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text(json.dumps(question(0).to_json()) + "\n\n")
    loaded = load_benchmark(file)
    assert (loaded.name, loaded.questions) == ("mine", (question(0),))
    assert loaded.video_folder == tmp_path / "videos"


def test_several_inputs_and_an_unknown_length_come_back(tmp_path: Path) -> None:
    inputs = (VideoInput("video 1", "v0"), VideoInput("image 1", "w", Span(3.0, 3.0)))
    odd = replace(question(0), clip=None, length_class="", inputs=inputs)
    loaded = save_benchmark(tmp_path, "odd", [odd], {"made_by": "hand"})
    assert loaded.questions == (odd,)
    assert loaded.videos == ("v0", "w")
    assert json.loads((tmp_path / "benchmark.json").read_text())["made_by"] == "hand"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"answer": 4}, "row 2.*answer 4 is not the index"),
        ({"answer": "b"}, "row 2"),
        ({"answer": True}, "row 2.*'answer' must be the index of a choice, got True"),
        ({"answer": 1.5}, "row 2.*'answer' must be the index of a choice, got 1.5"),
        ({"length_class": "9-10"}, "row 2.*'length_class' must be empty or 0.5-1, .*, got '9-10'"),
        ({"length_class": None}, "row 2.*'length_class' must be empty or"),
        ({"clip": [5]}, "row 2.*written .start, end."),
        ({"id": "q0"}, "1 ids come more than once, first 'q0'"),
        ({"inputs": [{"name": "x"}]}, "row 2.*input of a question lacks"),
    ],
)
def test_a_faulty_row_is_named(tmp_path: Path, change: dict[str, object], said: str) -> None:
    rows = [question(0).to_json(), {**question(1).to_json(), **change}]
    (tmp_path / "questions.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    with pytest.raises(InputError, match=said):
        load_benchmark(tmp_path)


def test_questions_changed_behind_the_manifest_are_refused(tmp_path: Path) -> None:
    benchmark(tmp_path)
    with (tmp_path / "questions.jsonl").open("a") as file:
        file.write(json.dumps(question(99).to_json()) + "\n")
    with pytest.raises(InputError, match="was changed after"):
        load_benchmark(tmp_path)


def test_nothing_there_and_nothing_in_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        load_benchmark(tmp_path / "nowhere")
    with pytest.raises(InputError, match="holds no questions"):
        load_benchmark(tmp_path)
    (tmp_path / "questions.jsonl").write_text("\n")
    with pytest.raises(InputError, match="holds no question"):
        load_benchmark(tmp_path)


def test_the_shipped_questions_written_again_are_the_same_bytes(tmp_path: Path) -> None:
    """Predictions are known by the hash of the questions: writing them must not change a digit."""
    shipped = load_benchmark(SHIPPED)
    again = save_benchmark(tmp_path / "again", shipped.name, shipped.questions, {})
    assert again.sha256 == shipped.sha256
    assert shipped.sha256.startswith("4a9b060cf7a6")
