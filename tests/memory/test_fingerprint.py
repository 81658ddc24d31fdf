"""What a model is: the same at each load, in every process and layout; another one after any change of any weight."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from mmego import Engine
from mmego.engine.loading import LoadedModel
from mmego.memory import fingerprint, weight_hashes
from mmego.memory.fingerprint import Identifier
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from tests.model.tiny import tiny_model, tiny_processor, write_llava_onevision, write_mmego


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_llava_onevision(tmp_path_factory.mktemp("stock") / "plain")


def engine(folder: Path, precision: str = "float32") -> Engine:
    return Engine.from_pretrained(str(folder), "cpu", precision)  # type: ignore[arg-type]


def rewritten(source: Path, target: Path, change) -> Path:  # type: ignore[no-untyped-def]
    """Return a copy of a checkpoint folder whose tensors went through `change`."""
    target.mkdir()
    for file in source.iterdir():
        (target / file.name).write_bytes(file.read_bytes())
    save_file(change(load_file(source / "model.safetensors")), target / "model.safetensors", {"format": "pt"})
    return target


def test_a_checkpoint_without_a_pointer_is_the_same_at_each_load(stock: Path) -> None:
    first, second = engine(stock), engine(stock)
    assert not torch.equal(first.model.memory_pointer, second.model.memory_pointer)  # drawn anew: it must not count
    assert first.fingerprints == second.fingerprints
    assert first.fingerprint == second.fingerprint


def test_and_in_another_process(stock: Path) -> None:
    program = (
        "import sys\nfrom mmego import Engine\ne = Engine.from_pretrained(sys.argv[1], 'cpu')\n"
        "print(e.fingerprints.vision, e.fingerprints.language, e.fingerprint)"
    )
    done = subprocess.run([sys.executable, "-c", program, stock], capture_output=True, text=True, check=True)
    here = engine(stock)
    assert done.stdout.split() == [here.fingerprints.vision, here.fingerprints.language, here.fingerprint]


def test_names_and_numbers_of_files_make_no_difference(stock: Path, tmp_path: Path) -> None:
    newer = write_llava_onevision(tmp_path / "newer", new_names=True)
    names = {name.split(".")[0] for name in load_file(newer / "model.safetensors")}
    assert names == {"model"}
    assert {name.split(".")[0] for name in load_file(stock / "model.safetensors")} != names
    assert engine(newer).fingerprints == engine(stock).fingerprints
    parts = tmp_path / "parts"
    model = engine(stock).model
    model.save_pretrained(parts, max_shard_size="50KB")
    assert len(list(parts.glob("*.safetensors"))) > 2
    for file in stock.glob("*.json"):
        if not (parts / file.name).exists():
            (parts / file.name).write_bytes(file.read_bytes())
    assert weight_hashes.folder_hashes(parts)["vision"] == weight_hashes.folder_hashes(stock)["vision"]
    assert weight_hashes.folder_hashes(parts)["language"] == weight_hashes.folder_hashes(stock)["language"]


def test_each_part_has_its_own(stock: Path, tmp_path: Path) -> None:
    was = engine(stock)

    def changed(word: str) -> Engine:
        def change(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
            name = next(name for name in sorted(tensors) if word in name)
            flat = tensors[name].reshape(-1)
            flat[-1] = torch.nextafter(flat[-1], torch.tensor(9.0))  # the smallest change there is
            return tensors

        return engine(rewritten(stock, tmp_path / word, change))

    for word in ("vision_tower", "multi_modal_projector", "image_newline"):
        now = changed(word)
        assert now.fingerprints.vision != was.fingerprints.vision
        assert now.fingerprints.language == was.fingerprints.language
        assert now.fingerprint != was.fingerprint
    now = changed("language_model")
    assert now.fingerprints.vision == was.fingerprints.vision
    assert now.fingerprints.language != was.fingerprints.language
    assert now.fingerprint != was.fingerprint


def test_precision_is_the_language_models_alone(stock: Path) -> None:
    full, half = engine(stock), engine(stock, "bfloat16")
    assert full.fingerprints.vision == half.fingerprints.vision
    assert full.fingerprints.language != half.fingerprints.language
    assert full.fingerprint == half.fingerprint  # one model: its blind bias counts once


@pytest.mark.parametrize(
    ("setting", "value"),
    [("image_mean", [0.1, 0.5, 0.5]), ("image_std", [0.4, 0.5, 0.5]), ("rescale_factor", 0.5), ("frame_size", (8, 8))],
)
def test_pixel_settings_are_vision(stock: Path, setting: str, value: object) -> None:
    one = engine(stock)
    was = one.fingerprints
    setattr(one.processor, setting, value)
    assert one.fingerprints.vision != was.vision
    assert one.fingerprints.language == was.language


def test_settings_of_the_layers_count_and_those_of_generation_do_not(stock: Path) -> None:
    one = engine(stock)
    was = one.fingerprints
    one.model.config.vision_feature_layer = -2
    assert one.fingerprints.vision != was.vision
    one.model.config.vision_feature_layer = -1
    assert one.fingerprints == was
    one.model.config.text_config.rope_parameters = {"rope_theta": 5.0, "rope_type": "default"}
    assert (one.fingerprints.vision, one.fingerprints.language != was.language) == (was.vision, True)
    other = engine(stock)
    other.model.config.text_config.use_cache = False
    other.model.config.text_config.eos_token_id = 1
    other.model.set_attn_implementation("eager")
    assert other.fingerprints == was


def test_a_trained_pointer_counts_for_answers_and_for_no_memory(tmp_path: Path) -> None:
    one = engine(write_mmego(tmp_path / "one"))

    def other_pointer(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        return {**tensors, "memory_pointer": tensors["memory_pointer"] + 1}

    other = engine(rewritten(tmp_path / "one", tmp_path / "other", other_pointer))
    assert one.fingerprints == other.fingerprints
    assert one.fingerprint != other.fingerprint


def test_every_single_value_of_a_model_in_memory_counts() -> None:
    model = tiny_model()
    processor = tiny_processor(model)
    was = Identifier(model, processor).identity()
    assert Identifier(model, processor).identity() == was
    generator = torch.Generator().manual_seed(0)
    for name, tensor in model.state_dict().items():
        flat = tensor.view(-1)
        part = weight_hashes.part_of(weight_hashes.plain_name(name))
        if part == "head":
            continue  # tied: it is the embedding, which is looked at under its own name
        for place in {0, len(flat) - 1, int(torch.randint(len(flat), (1,), generator=generator))}:
            kept = flat[place].clone()
            flat[place] = torch.nextafter(kept, torch.tensor(99.0))
            now = Identifier(model, processor).identity()
            flat[place] = kept
            differing = {
                field for field in ("vision", "weights", "pointer") if getattr(now, field) != getattr(was, field)
            }
            assert differing == {{"vision": "vision", "language": "weights", "pointer": "pointer"}[part]}, name


def test_a_head_of_its_own_counts(tmp_path: Path) -> None:
    untied = engine(write_llava_onevision(tmp_path / "untied", tied=False))
    was = untied.fingerprints
    with torch.no_grad():
        untied.model.lm_head.weight[3, 3] += 1
    assert untied.fingerprints.language != was.language


def test_an_untrained_pointer_of_a_model_in_memory_does_not_count() -> None:
    model = tiny_model(pointer_trained=False)
    was = Engine(LoadedModel("tiny", model, tiny_processor(model))).fingerprint
    with torch.no_grad():
        model.memory_pointer += 1
    assert Engine(LoadedModel("tiny", model, tiny_processor(model))).fingerprint == was


def test_a_change_after_loading_is_noticed_and_the_eye_stays_what_it_was(stock: Path) -> None:
    one = engine(stock)
    was = one.fingerprints
    one.model.to(torch.bfloat16).to(torch.float32)
    assert one.fingerprints == was  # moved about, not changed
    with torch.no_grad():
        one.model.get_input_embeddings().weight[5, 5] += 1
    assert one.fingerprints.vision == was.vision
    assert one.fingerprints.language != was.language
    with torch.no_grad():
        one.model.model.image_newline[0] += 1
    assert one.fingerprints.vision != was.vision


def test_adapters_belong_to_the_language_model(stock: Path) -> None:
    peft = pytest.importorskip("peft")
    one = engine(stock)
    was = one.fingerprints
    peft.get_peft_model(one.model, peft.LoraConfig(target_modules=r".*language_model.*q_proj"))
    with_adapter = one.fingerprints
    assert with_adapter.vision == was.vision
    assert with_adapter.language != was.language
    with torch.no_grad():
        next(p for name, p in one.model.named_parameters() if "lora_B" in name)[0, 0] += 1
    assert one.fingerprints.language != with_adapter.language


class Adapted(torch.nn.Module):
    """A layer with an adapter beside it, named as PEFT does."""

    def __init__(self, base_layer: torch.nn.Linear) -> None:
        super().__init__()
        self.base_layer = base_layer
        self.lora_B = torch.nn.Linear(2, 2, bias=False)


def test_a_layer_with_an_adapter_is_another_layer(stock: Path) -> None:
    one = engine(stock)
    was = one.fingerprints
    attention = one.model.model.language_model.layers[0].self_attn
    attention.q_proj = Adapted(attention.q_proj)
    adapted = one.fingerprints
    assert (adapted.vision, adapted.language != was.language) == (was.vision, True)
    with torch.no_grad():
        attention.q_proj.lora_B.weight[0, 0] += 1
    assert (one.fingerprints.vision, one.fingerprints.language != adapted.language) == (was.vision, True)


def test_weights_that_are_on_disk_and_changed_cannot_be_known() -> None:
    model = tiny_model()
    processor = tiny_processor(model)
    with torch.device("meta"):
        empty = MmEgoForConditionalGeneration(model.config)
    with pytest.raises(fingerprint.ModelError, match="is not in memory"):
        Identifier(empty, processor).identity()


# The cache ------------------------------------------------------------------------------------------------------
