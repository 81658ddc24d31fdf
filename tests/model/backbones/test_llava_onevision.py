"""MM-Ego against LLaVA-OneVision itself, against its own uncached form and against a plain second implementation."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import AutoModelForImageTextToText, LlavaOnevisionForConditionalGeneration

from mmego import selectors
from mmego.errors import InputError, ModelError
from mmego.model import pointer
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from tests.model import tiny

QUESTIONS = [[12, 40, 33], [17], [21, 22, 23, 24, 25, 26]]
VIDEO, IMAGE = tiny.SPECIAL.index("<video>"), tiny.SPECIAL.index("<image>")


@pytest.fixture(scope="module")
def model() -> MmEgoForConditionalGeneration:
    return tiny.tiny_model()


@pytest.fixture(autouse=True)
def seeded() -> Iterator[None]:
    torch.manual_seed(1)
    with torch.no_grad():
        yield


def _frames(count: int, size: int = 64) -> Tensor:
    return torch.randn(count, 3, size, size)


def _stock(model: MmEgoForConditionalGeneration) -> LlavaOnevisionForConditionalGeneration:
    """LLaVA-OneVision with the same weights, from transformers alone."""
    fields = model.config.to_dict()
    config = LlavaOnevisionForConditionalGeneration.config_class(
        **{k: fields[k] for k in ("vision_config", "text_config", "image_token_index", "video_token_index")},
        image_grid_pinpoints=fields["image_grid_pinpoints"],
        tie_word_embeddings=True,
    )
    stock = LlavaOnevisionForConditionalGeneration(config).eval()
    state = model.state_dict()
    del state["memory_pointer"]
    stock.load_state_dict(state)
    return stock


def _prompt(model: MmEgoForConditionalGeneration, frames: int) -> Tensor:
    return torch.tensor([[2, 7, *[VIDEO] * (frames * model.config.tokens_per_frame + 1), 20, 21, 22, 3, 2, 8]])


# The fallback -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [64, 80, 128])
def test_fallback_logits_equal_llava_onevisions_own(size: int) -> None:
    model = tiny.tiny_model(image_size=size)
    pixels, ids = _frames(3, size), _prompt(model, 3)
    ours = model(input_ids=ids, mm_encoder_outputs=model.encoder_outputs(model.encode_frames(pixels))).logits
    theirs = _stock(model)(input_ids=ids, pixel_values_videos=pixels[None]).logits
    assert theirs.std() > 0.1
    torch.testing.assert_close(ours, theirs)


def test_generate_from_features_equals_generate_from_pixels(model: MmEgoForConditionalGeneration) -> None:
    pixels, ids = _frames(2), _prompt(model, 2)
    options: dict[str, Any] = {"max_new_tokens": 6, "do_sample": False, "eos_token_id": None}
    outputs = model.encoder_outputs(model.encode_frames(pixels))
    ours = model.generate(ids, mm_encoder_outputs=outputs, **options)
    assert ours.tolist() == _stock(model).generate(ids, pixel_values_videos=pixels[None], **options).tolist()


def test_frames_are_encoded_one_by_one(model: MmEgoForConditionalGeneration) -> None:
    pixels = _frames(4)
    V_NTC = model.encode_frames(pixels)
    assert V_NTC.shape == (4, 4, 32)
    torch.testing.assert_close(model.encode_frames(pixels[2:3])[0], V_NTC[2])


def test_images_work_as_in_llava_onevision(model: MmEgoForConditionalGeneration) -> None:
    # A wide image: base patch, two tiles with a newline at the end of each of 4 rows.
    tokens = 16 + 4 * (8 + 1)
    inputs = {
        "input_ids": torch.tensor([[2, 7, *[IMAGE] * tokens, 20, 21]]),
        "pixel_values": torch.randn(1, 3, 3, 64, 64),
        "image_sizes": torch.tensor([[64, 128]]),
    }
    ours, theirs = model(**inputs).logits, _stock(model)(**inputs).logits
    torch.testing.assert_close(ours, theirs)
    other = {**inputs, "pixel_values": torch.randn(1, 3, 3, 64, 64)}
    assert not torch.allclose(ours[:, -1], model(**other).logits[:, -1], atol=1e-3)


def test_plain_text_works_as_in_llava_onevision(model: MmEgoForConditionalGeneration) -> None:
    ids = torch.tensor([[2, 7, 20, 21, 22, 3]])
    ours, theirs = model(input_ids=ids, labels=ids), _stock(model)(input_ids=ids, labels=ids)
    torch.testing.assert_close(ours.logits, theirs.logits)
    torch.testing.assert_close(ours.loss, theirs.loss)


# The glimpse ------------------------------------------------------------------------------------------------


def _plain_scores(model: MmEgoForConditionalGeneration, V_NTC: Tensor, question: list[int]) -> list[float]:
    """Return the paper's global glimpse once more: loops and the stock language model, one unbatched sequence."""
    frames, tokens, width = V_NTC.shape
    compressed = [sum((V_NTC[n, t] for t in range(tokens)), torch.zeros(width)) / tokens for n in range(frames)]
    words = [model.model.language_model.embed_tokens.weight[i] for i in question]
    sequence = torch.stack([*compressed, *words, model.memory_pointer[0]])
    hidden = model.model.language_model(inputs_embeds=sequence[None]).last_hidden_state[0].tolist()
    P_prime = hidden[-1]
    logits = [sum(e * p for e, p in zip(hidden[n], P_prime, strict=True)) / math.sqrt(width) for n in range(frames)]
    top = max(logits)
    total = sum(math.exp(x - top) for x in logits)
    return [math.exp(x - top) / total for x in logits]


def test_scores_equal_a_plain_second_implementation(model: MmEgoForConditionalGeneration) -> None:
    V_NTC = model.encode_frames(_frames(7))
    prefix = model.glimpse_prefill(pointer.compress(V_NTC))
    scores_QN = pointer.probabilities(model.glimpse_scores(prefix, QUESTIONS))
    assert scores_QN.std() > 0.01
    for question, scores_N in zip(QUESTIONS, scores_QN, strict=True):
        torch.testing.assert_close(scores_N, torch.tensor(_plain_scores(model, V_NTC, question)))


def test_cached_glimpse_equals_uncached(model: MmEgoForConditionalGeneration) -> None:
    E_NC = torch.randn(11, 32)
    prefix = model.glimpse_prefill(E_NC)
    cached = model.glimpse_scores(prefix, QUESTIONS)
    torch.testing.assert_close(cached, model.glimpse(E_NC, QUESTIONS))
    assert (cached[0] - cached[2]).abs().max() > 0.01


def test_cached_scores_in_bfloat16_keep_nearly_the_same_frames() -> None:
    overlaps, off, rounded = [], [], []
    for seed in range(4):
        model = tiny.tiny_model(seed).bfloat16()
        E_NC = torch.randn(30, 32)
        cached, whole = model.glimpse_scores(model.glimpse_prefill(E_NC), QUESTIONS), model.glimpse(E_NC, QUESTIONS)
        best = zip(cached.topk(8).indices.tolist(), whole.topk(8).indices.tolist(), strict=True)
        overlaps += [len(set(ours) & set(theirs)) / 8 for ours, theirs in best]
        exact = copy.deepcopy(model).float()
        truth = exact.glimpse(E_NC.bfloat16(), QUESTIONS)
        off.append(float((cached - truth).square().mean().sqrt() / truth.std()))
        # As transformers computes: everything between the layers in 16 bits.
        plain = copy.deepcopy(model)
        plain.read_precisely = lambda embeds, cache=None, plain=plain: plain.read(embeds, cache=cache)
        theirs = plain.glimpse_scores(plain.glimpse_prefill(E_NC), QUESTIONS)
        rounded.append(float((theirs - truth).square().mean().sqrt() / truth.std()))
    assert sum(overlaps) / len(overlaps) >= 0.95
    assert min(overlaps) >= 0.75
    assert sum(off) < 0.9 * sum(rounded)


def test_a_prefix_in_bfloat16_has_outputs_in_float32_and_the_rest_in_16_bits() -> None:
    model = tiny.tiny_model().bfloat16()
    prefix = model.glimpse_prefill(torch.randn(5, 32))
    assert {name.split(".")[0]: tensor.dtype for name, tensor in prefix.tensors().items()} == {
        "E_prime": torch.float32,
        "keys": torch.bfloat16,
        "values": torch.bfloat16,
    }
    grown = prefix.expanded(2)
    model.read_precisely(torch.randn(2, 3, 32), grown)
    assert {tensor.dtype for layer in grown for tensor in layer[:2]} == {torch.bfloat16}


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_float16_and_every_attention_read_a_glimpse(attention: str) -> None:
    model = tiny.tiny_model()
    E_NC = torch.randn(9, 32)
    truth = model.glimpse(E_NC, QUESTIONS)
    model.set_attn_implementation(attention)
    low = copy.deepcopy(model).half()
    torch.testing.assert_close(low.glimpse_scores(low.glimpse_prefill(E_NC), QUESTIONS), truth, atol=0.05, rtol=0.05)


def test_questions_in_a_batch_equal_questions_one_by_one(model: MmEgoForConditionalGeneration) -> None:
    prefix = model.glimpse_prefill(torch.randn(5, 32))
    together = model.glimpse_scores(prefix, QUESTIONS)
    for question, logits_N in zip(QUESTIONS, together, strict=True):
        torch.testing.assert_close(model.glimpse_scores(prefix, [torch.tensor(question)])[0], logits_N)


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_the_scale_is_the_configs(scale: float) -> None:
    model, E_NC = tiny.tiny_model(pointer_scale=scale), torch.randn(4, 32)
    usual = tiny.tiny_model().glimpse(E_NC, QUESTIONS)
    torch.testing.assert_close(model.glimpse(E_NC, QUESTIONS), usual * math.sqrt(32) * scale)


def test_bfloat16_is_close_to_float32(model: MmEgoForConditionalGeneration) -> None:
    half = copy.deepcopy(model).bfloat16()
    pixels, ids = _frames(9), _prompt(model, 2)
    V_NTC, V_half = model.encode_frames(pixels), half.encode_frames(pixels)
    assert V_half.dtype == torch.bfloat16
    assert (V_half.float() - V_NTC).norm() / V_NTC.norm() < 0.04
    full = model.glimpse_scores(model.glimpse_prefill(pointer.compress(V_NTC)), QUESTIONS)
    low = half.glimpse_scores(half.glimpse_prefill(pointer.compress(V_half)), QUESTIONS)
    assert low.dtype == torch.float32
    assert (low - full).abs().max() < 0.1 * full.std() + 0.05
    logits = model(input_ids=ids, mm_encoder_outputs=model.encoder_outputs(V_NTC[:2])).logits[:, -1]
    lows = half(input_ids=ids, mm_encoder_outputs=half.encoder_outputs(V_half[:2])).logits[:, -1]
    assert (lows.float() - logits).norm() / logits.norm() < 0.05


def test_a_trained_pointer_selects_by_its_scores(model: MmEgoForConditionalGeneration) -> None:
    logits_N = model.glimpse(torch.randn(9, 32), QUESTIONS[:1])[0]
    scores_N = logits_N.softmax(-1)
    assert model.select(logits_N, 9, keep=3, alpha=0.2) == selectors.select(scores_N, 3, 0.2)
    assert model.select(logits_N, 9) == selectors.select(scores_N, 4, 0.1)
    assert model.select(None, 9) == selectors.select_uniform(9, 4)
    with pytest.raises(InputError, match="each of 8 frames"):
        model.select(logits_N, 8)


def test_beyond_max_frames_the_bonus_is_smaller() -> None:
    model = tiny.tiny_model(max_frames=4)
    logits_N = torch.zeros(16)
    logits_N[5] = 1.0  # 0.153 of the softmax, the others 0.056: a bonus of 0.2 lifts them over it, one of 0.05 does not
    assert selectors.select(logits_N.softmax(-1), 2, 0.2).indices == (0, 15)
    assert model.select(logits_N, 16, keep=2, alpha=0.2).indices == (0, 5)
    assert model.select(logits_N[:4], 4, keep=2, alpha=0.2) == selectors.select(logits_N[:4].softmax(-1), 2, 0.2)


def test_an_untrained_pointer_selects_uniformly_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    model = MmEgoForConditionalGeneration.from_pretrained(tiny.write_llava_onevision(tmp_path))
    logits_N = model.glimpse(torch.randn(9, 32), QUESTIONS[:1])[0]
    assert model.select(logits_N, 9, keep=3) == selectors.select_uniform(9, 3)
    assert "no trained memory pointer" in caplog.text


def test_a_glimpse_under_gradient_checkpointing_is_refused_not_wrong() -> None:
    model = tiny.tiny_model()
    model.gradient_checkpointing_enable()
    E_NC = torch.randn(5, 32)
    expected = model.glimpse(E_NC, QUESTIONS)
    with pytest.raises(ModelError, match=r"model\.eval"), torch.enable_grad():
        model.train().glimpse_prefill(E_NC)
    scores = model.eval().glimpse_scores(model.glimpse_prefill(E_NC), QUESTIONS)
    torch.testing.assert_close(scores, expected)


# Options ----------------------------------------------------------------------------------------------------


def test_option_likelihoods_equal_those_of_whole_sequences(model: MmEgoForConditionalGeneration) -> None:
    V_KTC = model.encode_frames(_frames(2))
    options = [[30], [31, 32, 3], [33, 3]]
    for prompt, V in [(_prompt(model, 2), V_KTC), (torch.tensor([[2, 7, 20, 3]]), None)]:
        outputs = None if V is None else model.encoder_outputs(V)
        logprobs = model.choice_logprobs(prompt[0].tolist(), options, V)
        for option, logprob in zip(options, logprobs, strict=True):
            ids = torch.cat([prompt, torch.tensor([option])], 1)
            rows = model(input_ids=ids, mm_encoder_outputs=outputs).logits[0].log_softmax(-1)
            places = range(prompt.shape[1] - 1, ids.shape[1] - 1)
            whole = sum(float(rows[i, t]) for i, t in zip(places, option, strict=True))
            assert float(logprob) == pytest.approx(whole, abs=1e-4)


# Folders ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("new_names", [False, True])
def test_a_llava_onevision_folder_loads_with_a_new_pointer(tmp_path: Path, tied: bool, new_names: bool) -> None:
    folder = tiny.write_llava_onevision(tmp_path, tied=tied, new_names=new_names)
    names = load_file(folder / "model.safetensors").keys()
    assert ("model.language_model.norm.weight" if new_names else "language_model.model.norm.weight") in names
    model, info = MmEgoForConditionalGeneration.from_pretrained(folder, output_loading_info=True)
    stock = LlavaOnevisionForConditionalGeneration.from_pretrained(folder)
    assert info["missing_keys"] == {"memory_pointer"}
    assert not model.can_point
    assert 0.005 < float(model.memory_pointer.std()) < 0.05
    for name, weight in stock.state_dict().items():
        assert torch.equal(model.state_dict()[name], weight), name
    pixels, ids = _frames(1), _prompt(model, 1)
    ours, theirs = (m(input_ids=ids, pixel_values_videos=pixels[None]).logits for m in (model, stock))
    torch.testing.assert_close(ours, theirs)


def test_saved_and_loaded_it_is_the_same(model: MmEgoForConditionalGeneration, tmp_path: Path) -> None:
    model.save_pretrained(tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} == {".safetensors", ".json"}
    again = AutoModelForImageTextToText.from_pretrained(tmp_path)
    assert isinstance(again, MmEgoForConditionalGeneration)
    assert again.can_point
    assert again.lm_head.weight is again.get_input_embeddings().weight
    E_NC = torch.randn(6, 32)
    assert torch.equal(again.glimpse(E_NC, QUESTIONS), model.glimpse(E_NC, QUESTIONS))


def test_a_trained_pointer_that_is_missing_is_an_error(tmp_path: Path) -> None:
    tiny.tiny_model().save_pretrained(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    del weights["memory_pointer"]
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match="lacks the weights memory_pointer"):
        MmEgoForConditionalGeneration.from_pretrained(tmp_path)


def test_weights_that_are_missing_are_an_error(tmp_path: Path) -> None:
    tiny.write_llava_onevision(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    del weights["image_newline"]
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match="image_newline"):
        MmEgoForConditionalGeneration.from_pretrained(tmp_path)


def test_folders_that_cannot_be_loaded_are_model_errors(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere"):
        MmEgoForConditionalGeneration.from_pretrained(tmp_path / "nowhere")
    folder = tiny.write_mmego(tmp_path / "cut")
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match="cut"):
        MmEgoForConditionalGeneration.from_pretrained(folder)


@pytest.mark.parametrize("option", [{"trust_remote_code": True}, {"use_safetensors": False}])
def test_unsafe_loading_is_refused(tmp_path: Path, option: dict[str, bool]) -> None:
    with pytest.raises(ModelError, match=r"never|only"):
        MmEgoForConditionalGeneration.from_pretrained(tiny.write_mmego(tmp_path), **option)


# Refusals ---------------------------------------------------------------------------------------------------


def test_wrong_shapes_are_named(model: MmEgoForConditionalGeneration) -> None:
    with pytest.raises(InputError, match=r"\(N, 3, H, W\), got \(3, 64, 64\)"):
        model.encode_frames(torch.zeros(3, 64, 64))
    with pytest.raises(InputError, match=r"C = 32; got \(4, 31\)"):
        model.glimpse_prefill(torch.zeros(4, 31))
    with pytest.raises(InputError, match=r"got \(0, 32\)"):
        model.glimpse_prefill(torch.zeros(0, 32))
    with pytest.raises(InputError, match="no rows"):
        model.glimpse(torch.zeros(4, 32), [])
    with pytest.raises(InputError, match="sample 0 has 9 <video> tokens and 5 visual"):
        model.answer_embeds([torch.zeros(1, 4, 32)], _prompt(model, 2))
    with pytest.raises(InputError, match="sample 0 has 9 <video> tokens and 0 visual"):
        model.answer_embeds([None], _prompt(model, 2))
    with pytest.raises(InputError, match="a choice has no tokens"):
        model.choice_logprobs([2, 7], [[3], []], None)
