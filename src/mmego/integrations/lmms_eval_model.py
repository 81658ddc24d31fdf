"""lmms-eval's model class around our engine. Only lmms-eval imports this module, and this module imports lmms-eval."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from accelerate import Accelerator
from lmms_eval.api.instance import Instance
from lmms_eval.api.model import lmms
from loguru import logger
from tqdm import tqdm

from mmego.bench.data.runs import RunSettings
from mmego.bench.run.models import ShownVideo
from mmego.engine.benchmark_model import EngineModel, EngineVideoView
from mmego.engine.engine import Engine
from mmego.errors import MmegoError
from mmego.integrations.lmms_eval import letter, split_options
from mmego.integrations.lmms_eval_tasks import shown_of
from mmego.records import MCQ, SelectMode, Source
from mmego.records.load_settings import Attention, DeviceMap, Precision, Quantize, Sampling


class MmEgo(lmms):  # type: ignore[misc]  # lmms-eval has no types
    """The model of ``--model mmego --model_args pretrained=nano,keep=4``; it answers any task on videos.

    For a prompt with lettered choices it gives the letter of the likeliest one, as ``mmego bench run`` does; for any
    other prompt it generates text. Questions on the same video share its encoding.
    """

    is_simple = True

    def __init__(
        self,
        pretrained: str = "nano",
        device: str = "auto",
        precision: Precision = "auto",
        attention: Attention = "auto",
        device_map: DeviceMap | None = None,
        quantize: Quantize | None = None,
        time_prompt: bool | None = None,
        system_prompt: str | None = None,
        sampling: Sampling | None = None,
        keep: int | None = None,
        alpha: float | None = None,
        select: SelectMode | None = None,
        frames: int | None = None,
        batch_size: int = 1,
        **unknown: Any,
    ) -> None:
        """Load a checkpoint.

        Args:
            pretrained: nano, a checkpoint's folder or a hub id.
            device: where it runs; lmms-eval's own ``--device`` may name ``cuda:0``. Each of several processes on one
                machine takes its own GPU.
            precision: as in `Engine.from_pretrained`, like the five that follow.
            attention: how attention is computed.
            device_map: spread over several devices.
            quantize: ``8bit`` or ``4bit``.
            time_prompt: False leaves the frames' times out.
            system_prompt: system message; a comma in it ends the argument for lmms-eval.
            sampling: ``llava`` for LLaVA-OneVision's published protocol.
            keep: key frames each answer is read from; None takes the checkpoint's.
            alpha: exploration bonus; None takes the checkpoint's.
            select: ``pointer`` or ``uniform``.
            frames: most frames glimpsed; None takes the checkpoint's.
            batch_size: has no effect: questions are answered one at a time.
            unknown: lmms-eval passes ``max_batch_size``, which has no effect; anything else is an error.

        Raises:
            TypeError: an argument is unknown.
            ModelError: there is no such checkpoint.
        """
        super().__init__()
        unknown.pop("max_batch_size", None)
        if unknown:
            raise TypeError(f"mmego has no model argument {', '.join(sorted(unknown))}")
        accelerator = Accelerator()
        if accelerator.num_processes > 1:
            self._rank, self._world_size = accelerator.local_process_index, accelerator.num_processes
        if str(device).startswith("cuda"):
            if device_map is not None:
                device = "auto"  # --device is lmms-eval's own flag; the device map decides where parts run
            elif accelerator.num_processes > 1:
                device = f"cuda:{accelerator.local_process_index}"
        engine = Engine.from_pretrained(
            str(pretrained),
            device,
            precision,
            attention=attention,
            device_map=device_map,
            quantize=quantize,
            time_prompt=time_prompt,
            system_prompt=system_prompt,
            sampling=sampling,
        )
        self._model = EngineModel(engine)
        self._settings = self._model.settle(RunSettings(select=select, keep=keep, alpha=alpha))
        self._frames = self._settings.frames if frames is None else frames

    def generate_until(self, requests: list[Instance]) -> list[str]:
        """Return one answer per request, in order; "" if a video cannot be read, with the reason in the log."""
        groups: dict[Hashable, list[int]] = {}
        for number, request in enumerate(requests):
            groups.setdefault(self._shown(request), []).append(number)
        answers = [""] * len(requests)
        with tqdm(total=len(requests), desc="mmego", disable=None if self.rank == 0 else True) as bar:
            for shown, numbers in groups.items():
                asked = [requests[number].args for number in numbers]
                texts = self._answer_group(shown, [(one[0], one[1]) for one in asked])
                for number, text, one in zip(numbers, texts, asked, strict=True):
                    answers[number] = text
                    self.cache_hook.add_partial("generate_until", (one[0], one[1]), text)
                bar.update(len(numbers))
        return answers

    def loglikelihood(self, requests: list[Instance]) -> list[tuple[float, bool]]:
        """Refuse: lmms-eval's multiple-choice path over likelihoods is broken in 0.7."""
        raise NotImplementedError("mmego answers generate_until tasks, and compares choices by likelihood there")

    def generate_until_multi_round(self, requests: list[Instance]) -> list[str]:
        """Refuse: mmego answers one question at a time."""
        raise NotImplementedError("mmego answers generate_until tasks, not those in several rounds")

    def _shown(self, request: Instance) -> tuple[ShownVideo, ...]:
        """Return the videos of a request, with the clips that its document names."""
        _, _, doc_to_visual, doc_id, task, split = request.args
        doc = self.task_dict[task][split][doc_id]
        return shown_of(doc, doc_to_visual(doc) or [])

    def _answer_group(self, shown: Hashable, asked: Sequence[tuple[str, dict[str, Any]]]) -> list[str]:
        assert isinstance(shown, tuple)
        settings = self._settings if shown else RunSettings(blind=True)
        try:
            view = self._model.look(shown, self._frames)
        except MmegoError as error:
            logger.error(f"mmego: {error}: {len(asked)} questions get no answer")
            return [""] * len(asked)
        return [self._answer(view, context, settings) for context, _ in asked]

    def _answer(self, view: EngineVideoView, context: str, settings: RunSettings) -> str:
        question, options = split_options(context)
        try:
            if not options:
                return view.say(question, settings)
            reply = view.answer([_as_mcq(question, options)], settings)[0]
        except MmegoError as error:
            logger.error(f"mmego: {error}: no answer to {question[:60]!r}")
            return ""
        return "" if reply.choice is None else letter(reply.choice)


def _as_mcq(question: str, options: tuple[str, ...]) -> MCQ:
    return MCQ("", "", None, question, options, 0, "", (), "", Source("lmms-eval", "lmms-eval"))
