"""The report: one self-contained HTML page with answers, score curves and key frames. No script, no outside files."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from mmego.errors import InputError
from mmego.files import write_text
from mmego.records import Evidence, Span
from mmego.records.clock_time import clock_time
from mmego.records.finding import Finding
from mmego.reporting.page_style import STYLE
from mmego.reporting.score_curve import PHONE, score_curve


@dataclass(frozen=True, slots=True)
class ReportItem:
    """One question of the page, with the truth if it is known.

    `truth` is the text of the right choice or answer, `right` whether the given answer counts as right, `key_spans` the
    spans of video (seconds) that show the answer.
    """

    finding: Finding
    truth: str | None = None
    right: bool | None = None
    key_spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportVideo:
    """The video of the page: its `name`, the `span` that was read and the `gaps` without pictures (seconds)."""

    name: str
    span: Span
    gaps: tuple[Span, ...] = ()


def write_report(
    path: Path, video: ReportVideo | None, items: Sequence[ReportItem], pictures: Mapping[float, bytes]
) -> None:
    """Write the page to `path`, whole or not at all.

    Args:
        path: the HTML file.
        video: None when the questions were asked blind.
        items: the questions in the order they were asked; at least one.
        pictures: JPEG bytes by evidence time (seconds); a time without one gets a placeholder.
    """
    write_text(path, render_report(video, items, pictures))


def render_report(video: ReportVideo | None, items: Sequence[ReportItem], pictures: Mapping[float, bytes]) -> str:
    """Return the page of `write_report` as text; raise InputError if there is nothing to report."""
    if not items:
        raise InputError("a report needs at least one question")
    name = video.name if video is not None else "no video (blind)"
    cards = "\n".join(_card(number, item, video, pictures) for number, item in enumerate(items, 1))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(name)} · mmego</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"{_header(name, video, items)}\n{_contents(items)}\n{cards}\n{_legend(items)}\n</main>\n</body>\n</html>\n"
    )


def _header(name: str, video: ReportVideo | None, items: Sequence[ReportItem]) -> str:
    answer = items[0].finding.answer
    facts = [f"model <b>{escape(answer.model)}</b>"]
    if video is not None:
        facts.insert(0, f"<b>{clock_time(video.span.length)}</b> of video")
        facts.insert(1, f"<b>{answer.frames}</b> frames glimpsed, <b>{len(answer.evidence)}</b> kept per question")
        facts.append(f"selection <b>{answer.select}</b>")
    judged = [item.right for item in items if item.right is not None]
    if judged:
        facts.append(f"<b>{sum(judged)} of {len(judged)}</b> right")
    note = ""
    if video is not None and video.gaps:
        spans = ", ".join(f"{clock_time(gap.start)}–{clock_time(gap.end)}" for gap in video.gaps)
        note = f'<p class="warn">No pictures could be read at {spans}; nothing there was seen.</p>'
    note += _doubts(items)
    spent = _spent(items)
    took = f'<p class="spent">{spent}</p>' if spent else ""
    return f'<header><h1>{escape(name)}</h1><p class="facts">{" · ".join(facts)}</p>{took}{note}</header>'


def _doubts(items: Sequence[ReportItem]) -> str:
    """Return each warning about the answers, once."""
    texts = dict.fromkeys(item.finding.answer.warning for item in items if item.finding.answer.warning is not None)
    return "".join(f'<p class="warn">{escape(text[:1].upper() + text[1:])}.</p>' for text in texts)


def _spent(items: Sequence[ReportItem]) -> str:
    """Return the time of each stage: as it is if all questions shared it, otherwise the mean of a question."""
    parts = []
    for stage in dict.fromkeys(stage for item in items for stage in item.finding.answer.seconds):
        took = [item.finding.answer.seconds[stage] for item in items if stage in item.finding.answer.seconds]
        each = "" if len(items) == 1 or (stage != "answer" and len(set(took)) == 1) else " a question"
        parts.append(f"{escape(stage)} {sum(took) / len(took):.2f} s{each}")
    return " · ".join(parts)


def _contents(items: Sequence[ReportItem]) -> str:
    """Return a table of all questions and answers, if there are several."""
    if len(items) < 2:
        return ""
    rows = []
    for number, item in enumerate(items, 1):
        answer = item.finding.answer
        when = clock_time(answer.evidence[0].time) if answer.evidence else "–"
        rows.append(
            f'<tr><td class="num">{number}</td><td><a href="#q{number}">{escape(answer.question)}</a></td>'
            f'<td><div class="short">{escape(answer.shown)}</div></td><td class="num">{when}</td>'
            f"<td>{_verdict(item)}</td></tr>"
        )
    return (
        '<table class="contents"><thead><tr><th></th><th>question</th><th>answer</th><th>best at</th><th></th></tr>'
        f"</thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _verdict(item: ReportItem) -> str:
    if item.right is None:
        return ""
    return '<span class="chip right">right</span>' if item.right else '<span class="chip wrong">wrong</span>'


def _card(number: int, item: ReportItem, video: ReportVideo | None, pictures: Mapping[float, bytes]) -> str:
    finding = item.finding
    answer = finding.answer
    parts = [
        f'<section class="card" id="q{number}">',
        f'<p class="question"><span class="qn">{number}</span>{escape(answer.question)}</p>',
        f'<p class="answer">{escape(answer.shown)} {_verdict(item)}</p>',
    ]
    if item.truth is not None and item.right is False:
        parts.append(f'<p class="truth">The truth: <b>{escape(item.truth)}</b></p>')
    parts.append(_choices(item))
    if video is None or not finding.times:
        parts.append('<p class="warn">Answered blind: no video was shown to the model.</p>')
    else:
        about = (finding, video.span, item.key_spans, video.gaps)
        parts.append(f'<div class="timeline">{score_curve(*about)}{score_curve(*about, width=PHONE)}</div>')
        frames = "".join(
            _frame(rank, evidence, pictures.get(evidence.time), item.key_spans)
            for rank, evidence in enumerate(answer.evidence, 1)
        )
        parts.append(f'<div class="strip">{frames}</div>')
    parts.append("</section>")
    return "\n".join(part for part in parts if part)


def _choices(item: ReportItem) -> str:
    """Return the choices with their probabilities as bars; the chosen one is bold, the right one has a tick."""
    finding = item.finding
    if finding.options is None:
        return ""
    rows = []
    for index, (option, share) in enumerate(zip(finding.options, finding.probabilities, strict=True)):
        chosen = " chosen" if index == finding.answer.choice else ""
        tick = ' <span class="tick" title="the right choice">✓</span>' if option == item.truth else ""
        rows.append(
            f'<li class="option{chosen}"><span class="letter">{chr(ord("A") + index)}</span>'
            f'<span class="text">{escape(option)}{tick}</span>'
            f'<span class="bar"><i style="width:{100 * share:.1f}%"></i></span>'
            f'<span class="num">{100 * share:.0f}\u00a0%</span></li>'
        )
    return f'<ol class="options">{"".join(rows)}</ol>'


def _frame(rank: int, evidence: Evidence, jpeg: bytes | None, key_spans: Sequence[Span]) -> str:
    """Return one key frame with its rank, time, score and what chose it; outlined if it lies in a true span."""
    time = clock_time(evidence.time)
    true = " true" if any(span.holds(evidence.time) for span in key_spans) else ""
    if jpeg is None:
        picture = '<div class="missing">no picture here</div>'
    else:
        data = base64.b64encode(jpeg).decode("ascii")
        picture = f'<img alt="frame at {time}" src="data:image/jpeg;base64,{data}">'
    return (
        f'<figure class="{evidence.by}{true}">{picture}<span class="place">{rank}</span><figcaption><b>{time}</b>'
        f'<span class="num">{evidence.score:.3f}</span><span class="by">{evidence.by}</span></figcaption></figure>'
    )


def _legend(items: Sequence[ReportItem]) -> str:
    """Return the meaning of the marks that occur in the drawings."""
    origins = {e.by for item in items for e in item.finding.answer.evidence}
    texts = {
        "pointer": "kept for its score",
        "explore": "kept because the even sampling bonus lifted it",
        "uniform": "kept by even sampling, without a pointer",
    }
    marks = [
        f'<span><i class="mark {name}"></i>{name}: {text}</span>' for name, text in texts.items() if name in origins
    ]
    if any(item.key_spans for item in items):
        marks.append('<span><i class="mark key"></i>when it happens by the truth file: band and outlined frames</span>')
    if not marks:
        return ""
    if origins == {"uniform"}:
        scores = "No pointer was asked, so every frame has the same score."
    else:
        scores = "Score: the frame’s share of the pointer’s softmax over all frames glimpsed."
    order = "Key frames are listed best first and numbered as in the curve."
    return f"<footer><p>{''.join(marks)}</p><p>{scores} {order}</p></footer>"
