"""Questions, choices and conversations as token ids, through a checkpoint's chat template."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

from torch import Tensor

from mmego.errors import InputError, ModelError
from mmego.model.chat_template import compile_template, render_template
from mmego.model.configuration import MmEgoConfig
from mmego.model.sequence_layout import IGNORE

LETTER_REQUEST = "Answer with the option's letter from the given choices directly."


def minutes_seconds(seconds: float) -> str:
    """Return a time as ``mm:ss``, the form of prompts: seconds rounded down, minutes go on past 99."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes:02d}:{rest:02d}"


class Prompts:
    """The text side of a checkpoint's processor: `tokenizer`, `config` and `chat_template`."""

    def __init__(self, tokenizer: Any, config: MmEgoConfig, chat_template: str) -> None:
        compile_template(chat_template)
        self.tokenizer = tokenizer
        self.config = config
        self.chat_template = chat_template
        self.video_token: str = tokenizer.convert_ids_to_tokens(config.video_token_id)
        if tokenizer.eos_token_id is None or self.video_token is None:
            raise ModelError("the tokenizer lacks an end-of-sequence token or the configuration's <video> token")
        special = {token.content for token in tokenizer.added_tokens_decoder.values() if token.special}
        self._special: frozenset[str] = frozenset({*special, *tokenizer.all_special_tokens, self.video_token})

    def question_ids(self, question: str) -> list[int]:
        """Return a question as the glimpse reads it: its tokens, without a template."""
        ids = self._ids(self._checked(question))
        if not ids:
            raise InputError("the question is empty")
        return ids

    def answer_ids(self, answer: str) -> list[int]:
        """Return an answer as training and scoring read it: its tokens and the end token."""
        return [*self._ids(self._checked(answer)), self.tokenizer.eos_token_id]

    def decode(self, ids: Sequence[int] | Tensor) -> str:
        """Return the text of generated tokens, without special tokens."""
        text: str = self.tokenizer.decode(ids, skip_special_tokens=True)
        return text.strip()

    def choice_ids(self, options: Sequence[str]) -> list[list[int]]:
        """Return the tokens that `choice_logprobs` compares after `answer_prompt`: letters or texts of choices."""
        if self.config.option_scoring == "text":
            return [self.answer_ids(option) for option in options]
        rows = [self._ids(letter) for letter in _letters(options)]
        if len({tuple(row) for row in rows}) < len(rows):
            raise ModelError("the tokenizer cannot tell the letters of choices apart: use option_scoring 'text'")
        return rows

    def with_choices(self, question: str, options: Sequence[str]) -> str:
        """Return the question as the prompt asks it: with lettered choices for ``letter`` scoring, else unchanged."""
        if self.config.option_scoring == "text":
            return question
        lines = [f"{letter}. {option}" for letter, option in zip(_letters(options), options, strict=True)]
        return "\n".join([question, *lines, LETTER_REQUEST])

    def answer_prompt(
        self,
        question: str,
        options: Sequence[str] | None = None,
        times: Sequence[float] | None = None,
        duration: float | None = None,
        *,
        num_frames: int,
    ) -> list[int]:
        """Return the token ids of the prompt up to the answer: template, <video> tokens, time prompt, question.

        Args:
            question: as the user asked it.
            options: the choices of a multiple-choice question; see `with_choices`.
            times: of the kept frames, in seconds from the start of the video; needed when ``config.time_prompt``.
            duration: the video's length in seconds; needed when ``config.time_prompt``.
            num_frames: K; 0 gives the blind prompt, without visual input.
        """
        text = question if options is None else self.with_choices(question, options)
        ids, _ = self.conversation([(text, "")], times, duration, num_frames=num_frames, open_end=True)
        return ids

    def conversation(
        self,
        turns: Sequence[tuple[str, str]],
        times: Sequence[float] | None = None,
        duration: float | None = None,
        *,
        num_frames: int,
        open_end: bool = False,
    ) -> tuple[list[int], list[int]]:
        """Return token ids and labels of a whole conversation, for training; arguments as in `answer_prompt`.

        Labels are the ids at the answers and their end tokens, `sequence_layout.IGNORE` elsewhere. Every answer starts
        where generation would start it. `open_end` leaves the last answer out.
        """
        if not turns:
            raise InputError("a conversation needs at least one turn")
        messages = self._system()
        ids: list[int] = []
        labels: list[int] = []
        before = ""
        for index, (question, answer) in enumerate(turns):
            text = self._checked(question)
            content: list[dict[str, str]] = []
            if index == 0 and num_frames:
                content.append({"type": "video"})
                text = self._time_prompt(times, duration, num_frames) + text
            messages.append({"role": "user", "content": [*content, {"type": "text", "text": text}]})
            prompt = self._prompt_ids(self._after(before, messages, True), num_frames if index == 0 else 0)
            ids += prompt
            labels += [IGNORE] * len(prompt)
            if open_end and index == len(turns) - 1:
                break
            answer_ids = self.answer_ids(answer)
            ids += answer_ids
            labels += answer_ids
            messages.append({"role": "assistant", "content": [{"type": "text", "text": answer}]})
            before = self._up_to_end(self._render(messages, False))
        return ids, labels

    def check_template(self) -> None:
        """Try the chat template; raise ModelError if it fails, loops, or takes no video or system prompt."""
        self.answer_prompt("?", times=[0.0], duration=1.0, num_frames=1)

    # Parts ------------------------------------------------------------------------------------------------

    def _render(self, messages: list[dict[str, Any]], add_generation_prompt: bool) -> str:
        # As transformers does: `tools is none` must be true in a template, not undefined.
        values = {**self.tokenizer.special_tokens_map, "messages": messages, "tools": None, "documents": None}
        text = render_template(self.chat_template, {**values, "add_generation_prompt": add_generation_prompt})
        if self.config.system_prompt and self.config.system_prompt.strip() not in text:
            raise ModelError("the chat template has no place for a system prompt: leave --system-prompt out")
        return text

    def _system(self) -> list[dict[str, Any]]:
        """Return the conversation's first message: the configuration's system prompt, if it has one."""
        if not self.config.system_prompt:
            return []
        text = self._checked(self.config.system_prompt)
        return [{"role": "system", "content": [{"type": "text", "text": text}]}]

    def _after(self, before: str, messages: list[dict[str, Any]], add_generation_prompt: bool) -> str:
        """Return what the template adds to `before`, the conversation up to the last answer's end token."""
        text = self._render(messages, add_generation_prompt)
        if not text.startswith(before):
            raise ModelError("the chat template rewrites earlier turns: it cannot be used for several turns")
        return text[len(before) :]

    def _up_to_end(self, text: str) -> str:
        end = self.tokenizer.eos_token
        head, found, _ = text.rpartition(end)
        if not found:
            raise ModelError(f"the chat template does not end an answer with the end token '{end}'")
        return head + found

    def _prompt_ids(self, text: str, num_frames: int) -> list[int]:
        head, *rest = text.split(self.video_token)
        if len(rest) != (1 if num_frames else 0):
            wanted = "one video token" if num_frames else "no video token"
            raise ModelError(f"the chat template put {len(rest)} video tokens where {wanted} belongs")
        ids = self._ids(head)
        if rest:
            # One more for the newline embedding at the end of the frames.
            tokens = num_frames * self.config.tokens_per_frame + 1
            ids += [self.config.video_token_id] * tokens + self._ids(rest[0])
        return ids

    def _time_prompt(self, times: Sequence[float] | None, duration: float | None, num_frames: int) -> str:
        if times is not None and len(times) != num_frames:
            raise InputError(f"{len(times)} frame times were given for {num_frames} frames")
        if not self.config.time_prompt:
            return ""
        if times is None or duration is None:
            raise InputError("this checkpoint's prompt states times: give the frames' times and the video's duration")
        moments = ", ".join(minutes_seconds(time) for time in times)
        noun = "frame is" if num_frames == 1 else "frames are"
        return (
            f"The video lasts for {minutes_seconds(duration)}, and {num_frames} {noun} sampled from it, at {moments}. "
            "Please answer the following question about this video.\n"
        )

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    def _checked(self, text: str) -> str:
        """Return the text, stripped; raise InputError if it has a special token.

        The model would read such a token as a video or as the end of a turn.
        """
        for token in self._special:
            if token in text:
                raise InputError(f"a question or answer must not contain the special token '{token}'")
        return text.strip()


def _letters(options: Sequence[str]) -> str:
    if not 2 <= len(options) <= len(string.ascii_uppercase):
        raise InputError(f"a multiple-choice question has 2 to 26 choices, got {len(options)}")
    return string.ascii_uppercase[: len(options)]
