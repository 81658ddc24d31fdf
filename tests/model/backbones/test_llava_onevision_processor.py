"""Frames to pixel values, and checkpoint folders of both kinds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from transformers.models.llava_onevision.image_processing_pil_llava_onevision import (
    LlavaOnevisionImageProcessorPil,
)

from mmego.errors import InputError, ModelError
from mmego.model.backbones.llava_onevision_processor import MmEgoProcessor
from tests.model import tiny

QUESTION = "Where did I put the red mug?"


@pytest.fixture(scope="module")
def processor() -> MmEgoProcessor:
    return tiny.tiny_processor(tiny.tiny_model())


def _picture(height: int, width: int, seed: int = 0) -> np.ndarray[Any, Any]:
    small = np.random.default_rng(seed).integers(0, 256, (9, 9, 3), np.uint8)
    return np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BILINEAR))


def test_pixels_are_rescaled_and_normalised(processor: MmEgoProcessor) -> None:
    frames = [_picture(64, 64), _picture(64, 64, 1)]
    pixels = processor.pixels(frames)
    assert pixels.shape == (2, 3, 64, 64)
    expected = (np.stack(frames).transpose(0, 3, 1, 2) / 255 - 0.5) / 0.5
    np.testing.assert_allclose(pixels.numpy(), expected, atol=1e-6)


def test_frames_are_resized_as_transformers_does(processor: MmEgoProcessor) -> None:
    frame = _picture(90, 90)
    size = {"height": 64, "width": 64}
    theirs = LlavaOnevisionImageProcessorPil(size=size, image_mean=tiny.MEAN, image_std=tiny.STD)
    # Two pictures in one list are read whole, without tiles.
    batch = theirs.preprocess([[frame, frame]], return_tensors="np")["pixel_values"]
    np.testing.assert_allclose(processor.pixels([frame]).numpy()[0], batch[0][0], atol=1e-5)


def test_a_wide_frame_is_squeezed_not_cut(processor: MmEgoProcessor) -> None:
    frame = np.zeros((40, 120, 3), np.uint8)
    frame[:, 60:] = 255
    row = processor.pixels([frame])[0, 0, 32]
    assert row[:28].max() < -0.9
    assert row[36:].min() > 0.9


@pytest.mark.parametrize(
    "frame", [np.zeros((8, 8), np.uint8), np.zeros((8, 8, 4), np.uint8), np.zeros((8, 8, 3), np.float32)]
)
def test_what_is_no_rgb_frame_is_refused(processor: MmEgoProcessor, frame: np.ndarray[Any, Any]) -> None:
    with pytest.raises(InputError, match="frame 1 must be RGB uint8"):
        processor.pixels([_picture(64, 64), frame])
    with pytest.raises(InputError, match="no frames"):
        processor.pixels([])


def test_it_survives_a_folder(tmp_path: Path) -> None:
    model = tiny.tiny_model(option_scoring="text", time_prompt=False)
    processor = MmEgoProcessor(
        tiny.tiny_tokenizer(),
        model.config,
        image_mean=[0.4, 0.5, 0.6],
        image_std=[0.2, 0.3, 0.4],
        rescale_factor=0.01,
        resample=Image.Resampling.BILINEAR,
        chat_template=tiny.CHAT_TEMPLATE,
    )
    processor.save_pretrained(tmp_path)
    again = MmEgoProcessor.from_pretrained(tmp_path)
    frame = _picture(50, 70)
    assert again.pixels([frame]).equal(processor.pixels([frame]))
    assert again.frame_size == (64, 64)
    assert again.answer_prompt(QUESTION, num_frames=2) == processor.answer_prompt(QUESTION, num_frames=2)
    assert again.choice_ids(["red mug", "book"]) == processor.choice_ids(["red mug", "book"])


def test_saving_beside_a_model_keeps_the_models_config(tmp_path: Path) -> None:
    model = tiny.tiny_model(pointer_trained=False)
    processor = tiny.tiny_processor(model)
    stale = tiny.tiny_config(alpha=0.7)
    model.save_pretrained(tmp_path)
    processor.config = stale
    processor.save_pretrained(tmp_path)
    assert MmEgoProcessor.from_pretrained(tmp_path).config.alpha == 0.1


@pytest.mark.parametrize("where", ["chat_template.json", "chat_template.jinja", "processor_config.json"])
def test_a_llava_onevision_folder_is_read_wherever_its_template_lies(tmp_path: Path, where: str) -> None:
    folder = tiny.write_llava_onevision(tmp_path)
    (folder / "chat_template.json").unlink()
    # What the hub's folders have in the tokenizer: a template that knows no pictures.
    tokenizer = json.loads((folder / "tokenizer_config.json").read_text())
    tokenizer["chat_template"] = "{% for m in messages %}{{ m['content'] }}{% endfor %}"
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer))
    if where == "chat_template.jinja":
        (folder / where).write_text(tiny.CHAT_TEMPLATE)
    else:
        path = folder / where
        found = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps({**found, "chat_template": tiny.CHAT_TEMPLATE}))
    processor = MmEgoProcessor.from_pretrained(folder)
    expected = tiny.tiny_processor(tiny.tiny_model())
    options: dict[str, Any] = {"times": [1.0], "duration": 9.0, "num_frames": 1}
    assert processor.answer_prompt(QUESTION, **options) == expected.answer_prompt(QUESTION, **options)
    assert processor.pixels([_picture(20, 30)]).equal(expected.pixels([_picture(20, 30)]))


def test_pixel_settings_inside_processor_config_are_found(tmp_path: Path) -> None:
    folder = tiny.write_llava_onevision(tmp_path)
    settings = json.loads((folder / "preprocessor_config.json").read_text())
    (folder / "preprocessor_config.json").unlink()
    settings["image_mean"] = [0.1, 0.2, 0.3]
    (folder / "processor_config.json").write_text(json.dumps({"video_processor": settings}))
    assert MmEgoProcessor.from_pretrained(folder).image_mean == [0.1, 0.2, 0.3]


def _edit(folder: Path, **fields: Any) -> None:
    path = folder / "preprocessor_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"do_normalize": False}, "turns do_normalize off"),
        ({"size": {"height": 32, "width": 32}}, "vision tower reads 64 x 64"),
        ({"size": {"shortest_edge": 64}}, "vision tower reads 64 x 64"),
    ],
)
def test_preprocessing_that_does_not_fit_is_an_error(tmp_path: Path, fields: dict[str, Any], message: str) -> None:
    folder = tiny.write_llava_onevision(tmp_path)
    _edit(folder, **fields)
    with pytest.raises(ModelError, match=message):
        MmEgoProcessor.from_pretrained(folder)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("config.json", "no config.json"),
        ("preprocessor_config.json", "no preprocessor_config"),
        ("tokenizer.json", "no tokenizer"),
        ("chat_template.json", "no chat template"),
    ],
)
def test_a_missing_file_is_named(tmp_path: Path, file: str, message: str) -> None:
    folder = tiny.write_llava_onevision(tmp_path)
    (folder / file).unlink()
    with pytest.raises(ModelError, match=message):
        MmEgoProcessor.from_pretrained(folder)


def test_it_needs_no_torchvision(tmp_path: Path) -> None:
    folder = tiny.write_mmego(tmp_path)
    code = (
        "import sys; sys.modules['torchvision'] = None\n"
        "from mmego.model.backbones.llava_onevision_processor import MmEgoProcessor\n"
        f"print(MmEgoProcessor.from_pretrained({str(folder)!r}).frame_size)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "(64, 64)", done.stderr
