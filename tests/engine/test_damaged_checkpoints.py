"""Checkpoint folders that do not fit, are damaged or hostile: each is one ModelError that names what is wrong.

Nothing is built for what a configuration claims, no code of a folder runs, and none of them takes long.
"""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from mmego.engine.loading import load
from mmego.errors import MissingExtraError, ModelError
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from tests.model.tiny import CHAT_TEMPLATE, write_llava_onevision, write_mmego

Change = Callable[[Path], None]
PIXELS = "video_preprocessor_config.json"
ENDLESS = "{% for i in range(90000) %}{% for j in range(90000) %}{% endfor %}{% endfor %}"


def settings(file: str = "config.json", **fields: Any) -> Change:
    """Set fields of a JSON file; ``text_config__hidden_size`` goes one level down, None takes the field out."""

    def change(folder: Path) -> None:
        path = folder / file
        found = json.loads(path.read_text()) if path.is_file() else {}
        for name, value in fields.items():
            *way, last = name.split("__")
            inner = found
            for step in way:
                inner = inner[step]
            inner.pop(last, None)
            if value is not None:
                inner[last] = value
        path.write_text(json.dumps(found))

    return change


def text(file: str, content: str) -> Change:
    return lambda folder: (folder / file).write_text(content) and None


def cut(file: str, length: int) -> Change:
    return lambda folder: (folder / file).write_bytes((folder / file).read_bytes()[:length]) and None


def template(source: str) -> Change:
    return text("chat_template.jinja", source)


def gone(*files: str) -> Change:
    def change(folder: Path) -> None:
        for file in files:
            (folder / file).unlink()

    return change


def weights(change_tensors: Callable[[dict[str, torch.Tensor]], None]) -> Change:
    def change(folder: Path) -> None:
        tensors = load_file(folder / "model.safetensors")
        change_tensors(tensors)
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})

    return change


def index(names: Any) -> Change:
    """The one file becomes a shard, and an index has what it is given."""

    def change(folder: Path) -> None:
        (folder / "model.safetensors").rename(folder / "model-00001-of-00001.safetensors")
        (folder / "model.safetensors.index.json").write_text(json.dumps(names))

    return change


def _not_a_number(tensors: dict[str, torch.Tensor]) -> None:
    name = next(name for name in tensors if name.endswith("k_proj.weight"))
    tensors[name][3, 5] = torch.nan


def _one_less(tensors: dict[str, torch.Tensor]) -> None:
    del tensors[next(name for name in tensors if "norm" in name)]


def _pickle_alone(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps({}))


def _lost_shard(folder: Path) -> None:
    index({"weight_map": {"a": "model-00001-of-00001.safetensors", "b": "model-00002-of-00002.safetensors"}})(folder)


HOSTILE = "import pathlib; pathlib.Path(__file__).with_name('ran').touch()\n"


def _code(folder: Path) -> None:
    """Everything by which transformers finds code in a folder, and a tokenizer class that only it would have."""
    for file in ("modeling_evil.py", "configuration_evil.py", "tokenization_evil.py", "custom_generate/generate.py"):
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(HOSTILE)
    names = {"AutoConfig": "configuration_evil.C", "AutoModelForImageTextToText": "modeling_evil.M"}
    settings(auto_map=names)(folder)
    (folder / "tokenizer.json").unlink()
    evil = {"auto_map": {"AutoTokenizer": ["tokenization_evil.T", None]}, "tokenizer_class": "T"}
    settings("tokenizer_config.json", **evil)(folder)


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
        "which is no number",
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
    # generation_config.json
    "end token": (settings("generation_config.json", eos_token_id=10**9), "eos_token_id = 1000000000"),
    "end token is a text": (settings("generation_config.json", eos_token_id="</s>"), "eos_token_id"),
    "generation list": (text("generation_config.json", "[]"), "cannot be loaded"),
    # tokenizer and pictures
    "toklist": (text("tokenizer.json", "[]"), "no tokenizer that can be read"),
    "tokenizer cut": (cut("tokenizer.json", 100), "no tokenizer that can be read"),
    "tokcfglist": (text("tokenizer_config.json", "[]"), "no tokenizer that can be read"),
    "no tokenizer": (gone("tokenizer.json", "tokenizer_config.json"), "tokenizer"),
    "prelist": (text(PIXELS, "[]"), "must hold a JSON object, not a list"),
    "no pictures": (gone(PIXELS, "preprocessor_config.json"), r"no preprocessor_config\.json"),
    "two means": (settings(PIXELS, image_mean=[0.5, 0.5]), "image_mean must be three numbers"),
    "std 0": (settings(PIXELS, image_std=[0.0, 1.0, 1.0]), "three numbers above 0"),
    "rescale": (settings(PIXELS, rescale_factor="x"), "rescale_factor"),
    "resample": (settings(PIXELS, resample=77), "77"),
    "size is a number": (settings(PIXELS, size=64), "resizes frames to 64"),
    # chat template
    "jinjabroken": (template("{% for %}"), "chat template cannot be read"),
    "jinjaescape": (template("{{ ''.__class__.__mro__[1].__subclasses__() }}"), "chat template cannot be used"),
    "jinjaloop": (template(ENDLESS), "loops or grows"),
    "template without video": (template(CHAT_TEMPLATE.replace("<video>", "")), "0 video tokens"),
    # weights
    "no weights": (gone("model.safetensors"), "no safetensors weights"),
    "pickle alone": (_pickle_alone, "never opens pickles"),
    "weights empty": (cut("model.safetensors", 0), "no sound safetensors file"),
    "head cut": (cut("model.safetensors", 100), "no sound safetensors file"),
    "end cut": (
        lambda folder: cut("model.safetensors", (folder / "model.safetensors").stat().st_size - 100)(folder),
        "no sound",
    ),
    "head of 2^62 bytes": (
        lambda folder: (folder / "model.safetensors").write_bytes((1 << 62).to_bytes(8, "little") + b"{}") and None,
        "no sound safetensors file",
    ),
    "a web page": (text("model.safetensors", "<html>please log in</html>"), "no sound safetensors file"),
    "a weight missing": (weights(_one_less), "lacks"),
    "NaN": (weights(_not_a_number), "k_proj.weight holds values that are no finite numbers"),
    "lost shard": (_lost_shard, "lacks model-00002-of-00002.safetensors"),
    "index elsewhere": (index({"weight_map": {"a": "../x.safetensors"}}), "no safetensors file of this folder"),
    "index at the root": (index({"weight_map": {"a": "/etc/passwd"}}), "no safetensors file of this folder"),
    "index to a pickle": (index({"weight_map": {"a": "pytorch_model.bin"}}), "no safetensors file of this folder"),
    "index of numbers": (index({"weight_map": {"a": 3}}), "must have an object weight_map"),
    "index list": (index([1]), "must hold a JSON object"),
    "code": (_code, "tokenizer"),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mmego(tmp_path_factory.mktemp("sound") / "sound", keep=2)


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "checkpoint"))


@pytest.mark.parametrize(("change", "said"), DAMAGED.values(), ids=DAMAGED)
def test_what_is_wrong_is_named_in_one_line(folder: Path, change: Change, said: str) -> None:
    change(folder)
    with pytest.raises(ModelError, match=said) as caught:
        load(str(folder))
    assert len(" ".join(str(caught.value).split())) < 700
    assert not list(folder.rglob("ran"))


def test_the_sound_one_loads(folder: Path) -> None:
    assert load(str(folder)).model.can_point


def test_harmless_names_of_attention_are_not_taken_either(folder: Path) -> None:
    settings(_attn_implementation="eager", text_config___attn_implementation="flash_attention_2")(folder)
    assert load(str(folder)).model.config._attn_implementation == "sdpa"


def test_the_model_class_alone_refuses_kernels_and_huge_configurations(folder: Path) -> None:
    with pytest.raises(ModelError, match="must be one of sdpa"):
        MmEgoForConditionalGeneration.from_pretrained(folder, attn_implementation="owner/kernel")
    settings(text_config__num_hidden_layers=900)(folder)
    with pytest.raises(ModelError, match="weights have 2 layers"):
        MmEgoForConditionalGeneration.from_pretrained(folder)


def test_generation_settings_name_the_end_token_and_nothing_else(folder: Path) -> None:
    """A file that asks for a thousand beams of endless, drawn answers changes nothing."""
    wild = {"max_new_tokens": 10**9, "max_length": 10**9, "min_new_tokens": 10**6, "num_beams": 1000, "do_sample": True}
    wild |= {"num_return_sequences": 50, "temperature": 9.0, "repetition_penalty": 50.0, "use_cache": False, "top_k": 1}
    before = load(str(folder)).model.generation_config.to_dict()
    settings("generation_config.json", **wild, eos_token_id=[3, 7])(folder)
    after = load(str(folder)).model.generation_config.to_dict()
    assert after.pop("eos_token_id") == [3, 7]
    assert before.pop("eos_token_id") == 3
    assert after == before


def test_a_quantised_folder_without_the_package_names_the_pip_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(quantization_config={"quant_method": "bitsandbytes", "load_in_4bit": True})(folder)
    monkeypatch.setitem(sys.modules, "bitsandbytes", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"bitsandbytes.*pip install 'mmego\[quant\]'"):
        load(str(folder))


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


def test_a_published_folder_may_have_a_longer_tower_than_it_uses(tmp_path: Path) -> None:
    folder = write_llava_onevision(tmp_path / "ov")
    settings(vision_config__num_hidden_layers=1)(folder)
    assert not load(str(folder)).model.can_point


def test_a_damaged_folder_is_refused_before_torch_is_there(folder: Path) -> None:
    settings(text_config__num_hidden_layers=10**6)(folder)
    code = (
        "import sys\nfrom mmego.commands.load_flags import LoadFlags, check_load_flags\n"
        f"from mmego.errors import ModelError\ntry:\n    check_load_flags({str(folder)!r}, LoadFlags())\n"
        "except ModelError as error:\n    print(error, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "num_hidden_layers" in done.stdout
    assert done.stdout.strip().endswith("False")
