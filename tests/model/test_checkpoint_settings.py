"""Settings of checkpoints that do not fit or are hostile: each is one ModelError that names what is wrong.

Nothing of the size that a configuration states is built.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mmego.engine.loading import load
from mmego.errors import MissingExtraError, ModelError
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from tests.engine.damaged import (
    Change,
    check_refused,
    settings,
    text,
)

DAMAGED: dict[str, tuple[Change, str]] = {
    # config.json
    "no JSON": (text("config.json", "{"), r"config\.json cannot be read"),
    "empty": (text("config.json", ""), r"config\.json cannot be read"),
    "not UTF-8": (lambda folder: (folder / "config.json").write_bytes(b"\xff\xfe{}") and None, "cannot be read"),
    "cfglist": (text("config.json", "[1]"), "must hold a JSON object, not a list"),
    "deep nesting": (text("config.json", "[" * 100_000), r"config\.json cannot be read"),
    "no type": (settings(model_type=None), "names a model type"),
    "other type": (settings(model_type="bert"), "type 'bert'"),
    "type is a list": (settings(model_type=["mmego"]), "is a checkpoint of type"),
    "no text_config": (settings(text_config=None), "must have an object text_config"),
    "nestedodd": (settings(text_config=[1, 2]), "must have an object text_config"),
    "vision is text": (settings(vision_config="siglip"), "must have an object vision_config"),
    "zeropatch": (settings(vision_config__patch_size=0), r"vision_config\.patch_size from 1"),
    "patch larger than frame": (settings(vision_config__patch_size=4096), "patches of 4096 pixels in frames of 64"),
    "huge frame": (settings(vision_config__image_size=10**9), r"vision_config\.image_size from 1"),
    "patch of another size": (settings(vision_config__patch_size=8), r"patch_size = 8, .* shape"),
    "heads0": (settings(text_config__num_attention_heads=0), "num_attention_heads from 1"),
    "heads that do not divide": (settings(text_config__num_attention_heads=5), "cannot be shared among 5"),
    "groups that do not divide": (settings(text_config__num_key_value_heads=3), "do not divide"),
    "hidden size is a text": (settings(text_config__hidden_size="32"), "hidden_size from 1"),
    "half a layer": (settings(text_config__num_hidden_layers=1.5), "num_hidden_layers from 1"),
    "layers below none": (settings(text_config__num_hidden_layers=-1), "num_hidden_layers from 1"),
    "hugelayers": (settings(text_config__num_hidden_layers=10**6), "num_hidden_layers from 1"),
    "900 layers": (settings(text_config__num_hidden_layers=900), "weights have 2 layers"),
    "900 layers in the tower": (settings(vision_config__num_hidden_layers=900), "weights have 2 layers"),
    "one layer too few": (settings(text_config__num_hidden_layers=1), "weights have 2 layers"),
    "huge vocabulary": (settings(text_config__vocab_size=10_000_000), "vocab_size = 10000000, .* shape"),
    "other width": (settings(text_config__hidden_size=64), "hidden_size = 64, .* shape"),
    "other inner width": (settings(text_config__intermediate_size=10**6), "intermediate_size = 1000000, .* shape"),
    "ropeinf": (
        settings(text_config__rope_parameters={"rope_theta": 1e400, "rope_type": "default"}),
        "which is not a number",
    ),
    "rope of no type": (settings(text_config__rope_parameters={"rope_theta": "x", "rope_type": 3}), "rope"),
    "unknown activation": (settings(text_config__hidden_act="evil"), "evil"),
    "maxframes": (settings(max_frames=10**9), "max_frames must be above 0 and at most 4096"),
    "keep 0": (settings(keep=0), "keep must be above 0"),
    "keep is a text": (settings(keep="many"), "keep"),
    "alpha": (settings(alpha=-1.0), "alpha must be 0 or more"),
    "rate": (settings(frames_per_second=1e12), "frames_per_second"),
    "unknown scoring": (settings(option_scoring="loud"), "option_scoring"),
    "video token": (settings(video_token_index=10**6), "<video> token is number 1000000"),
    "feature layer": (settings(vision_feature_layer=99), "layer"),
    "attnkernel": (settings(_attn_implementation="owner/kernel"), "owner/kernel, which may be code"),
    "attnkernel, other name": (settings(attn_implementation="owner/kernel@main:f"), "which may be code"),
    "attnkernel in the text": (settings(text_config___attn_implementation="owner/kernel"), "text_config._attn"),
    "attnkernel in the tower": (settings(vision_config__attn_implementation="a/b"), "vision_config.attn"),
    "attnkernel as a table": (settings(_attn_implementation={"text_config": "a/b"}), "which may be code"),
    "experts kernel": (settings(text_config___experts_implementation="a/b"), "which may be code"),
    "weights elsewhere": (settings(transformers_weights="../other.safetensors"), "transformers_weights"),
    "other quantisation": (settings(quantization_config={"quant_method": "gptq", "bits": 4}), r"quantised \(gptq\)"),
    "quantisation of no type": (settings(quantization_config=[1]), "quantised"),
    "an adapter beside it": (text("adapter_config.json", '{"base_model_name_or_path": "a/b"}'), "holds an adapter"),
}


@pytest.mark.parametrize(("change", "message"), DAMAGED.values(), ids=DAMAGED)
def test_what_is_wrong_is_named_in_one_line(copied: Path, change: Change, message: str) -> None:
    check_refused(copied, change, message)


def test_harmless_names_of_attention_are_not_taken_either(copied: Path) -> None:
    settings(_attn_implementation="eager", text_config___attn_implementation="flash_attention_2")(copied)
    assert load(str(copied)).model.config._attn_implementation == "sdpa"


def test_the_model_class_alone_refuses_kernels_and_huge_configurations(copied: Path) -> None:
    with pytest.raises(ModelError, match="must be one of sdpa"):
        MmEgoForConditionalGeneration.from_pretrained(copied, attn_implementation="owner/kernel")
    settings(text_config__num_hidden_layers=900)(copied)
    with pytest.raises(ModelError, match="weights have 2 layers"):
        MmEgoForConditionalGeneration.from_pretrained(copied)


def test_generation_settings_name_the_end_token_and_nothing_else(copied: Path) -> None:
    """A file that asks for a thousand beams of endless, drawn answers changes nothing."""
    wild = {"max_new_tokens": 10**9, "max_length": 10**9, "min_new_tokens": 10**6, "num_beams": 1000, "do_sample": True}
    wild |= {"num_return_sequences": 50, "temperature": 9.0, "repetition_penalty": 50.0, "use_cache": False, "top_k": 1}
    before = load(str(copied)).model.generation_config.to_dict()
    settings("generation_config.json", **wild, eos_token_id=[3, 7])(copied)
    after = load(str(copied)).model.generation_config.to_dict()
    assert after.pop("eos_token_id") == [3, 7]
    assert before.pop("eos_token_id") == 3
    assert after == before


def test_a_quantised_folder_without_the_package_names_the_pip_line(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(quantization_config={"quant_method": "bitsandbytes", "load_in_4bit": True})(copied)
    monkeypatch.setitem(sys.modules, "bitsandbytes", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"bitsandbytes.*pip install 'mmego\[quant\]'"):
        load(str(copied))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("llava-onevision-qwen2-7b-ov", "take llava-hf/llava-onevision-qwen2-7b-ov-hf"),
        ("llava-onevision-qwen2-0.5b-si", "take llava-hf/llava-onevision-qwen2-0.5b-si-hf"),
        ("llava-onevision-qwen2-72b-ov-chat", "take llava-hf/llava-onevision-qwen2-72b-ov-chat-hf"),
        ("llava-onevision-qwen2-72b-ov-sft", "take llava-hf/llava-onevision-qwen2-72b-ov-hf"),
        ("my-finetune", "below llava-hf/ whose name is the same and ends in -hf"),
    ],
)
def test_the_original_layout_names_the_one_that_loads(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / name).mkdir()
    original = {"model_type": "llava_qwen", "architectures": ["LlavaQwenForCausalLM"], "hidden_size": 3584}
    (tmp_path / name / "config.json").write_text(json.dumps(original))
    with pytest.raises(ModelError, match=said):
        load(str(tmp_path / name))


def test_a_damaged_folder_is_refused_before_torch_is_there(copied: Path) -> None:
    settings(text_config__num_hidden_layers=10**6)(copied)
    code = (
        "import sys\nfrom mmego.commands.load_flags import LoadFlags, check_load_flags\n"
        f"from mmego.errors import ModelError\ntry:\n    check_load_flags({str(copied)!r}, LoadFlags())\n"
        "except ModelError as error:\n    print(error, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "num_hidden_layers" in done.stdout
    assert done.stdout.strip().endswith("False")
