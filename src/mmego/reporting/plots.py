"""Pictures for data set cards, one PNG each: style, bars, axes. Counts in, files out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mmego.errors import require_extra

# Blue and orange differ for every common kind of colour blindness, and in grey.
BLUE, ORANGE, GREY = "#0072b2", "#e69f00", "#9a9a9a"
MOST_BARS = 15
STYLE: dict[Any, Any] = {"font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True}
# The file has no time and no version of matplotlib: same counts, same bytes.
METADATA = {"Software": None}


@contextmanager
def plot_saver(folder: Path, made: list[tuple[str, str]]) -> Iterator[Callable[[str, str, Any], None]]:
    """Set the style. Yield a function that saves a picture (name, caption, figure) in `folder`.

    `folder` is made. `made` gets the name and the caption.
    """
    require_extra("matplotlib", "data")
    import matplotlib

    folder.mkdir(parents=True, exist_ok=True)

    def save(name: str, caption: str, figure: Any) -> None:
        figure.savefig(folder / name, dpi=110, metadata=METADATA)
        made.append((name, caption))

    with matplotlib.rc_context(STYLE):
        yield save


def new_figure(width: float, height: float, columns: int = 1) -> tuple[Any, Any]:
    """Return a figure outside of matplotlib's global state, and its axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(1, columns)


def draw_bars(axis: Any, rows: Sequence[tuple[str, int]], total: int, label: str) -> None:
    """Draw horizontal bars, the first row on top, each with its share of `total`."""
    places = range(len(rows))
    axis.barh(places, [count for _, count in rows], color=BLUE)
    for place, (_, count) in enumerate(rows):
        axis.text(count, place, f" {count / max(1, total):.1%}", va="center", fontsize=8)
    axis.set_yticks(places, [short_label(name) for name, _ in rows])
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.set_xlim(0, 1.15 * max([count for _, count in rows], default=1))
    axis.set_xlabel(label)
    axis.locator_params(axis="x", nbins=5)
    use_thousands(axis.xaxis)


def short_label(text: str, most: int = 28) -> str:
    """Return a label of at most `most` characters. A dollar sign is escaped: it would begin a formula."""
    return (text if len(text) <= most else text[: most - 1] + "\u2026").replace("$", r"\$")


def use_thousands(axis: Any) -> None:
    """Write whole numbers with commas along an axis."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def add_legend_below(figure: Any, axis: Any) -> None:
    """Add a legend below the axes, so that it covers nothing."""
    handles, labels = axis.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)
