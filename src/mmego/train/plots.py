"""Plots of a recipe's stages: loss and validation curves in one picture."""

from __future__ import annotations

from pathlib import Path

from mmego.files import read_json

STAGES = ("vision", "pointer", "answers")
# Not curves: bookkeeping of the trainer.
SKIPPED = {"epoch", "step", "learning_rate", "grad_norm", "total_flos", "train_loss"}


def plot_stages(out: Path, path: Path) -> None:
    """Draw every stage that has a log in `out`: training losses on the left, validation figures on the right."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    logs = [(name, read_json(out / name / "log.json")) for name in STAGES if (out / name / "log.json").exists()]
    if not logs:
        return
    figure, axes = pyplot.subplots(len(logs), 2, figsize=(13, 3.4 * len(logs)), squeeze=False)
    for (name, log), (left, right) in zip(logs, axes, strict=True):
        for axis, prefix in ((left, False), (right, True)):
            series: dict[str, list[tuple[float, float]]] = {}
            for entry in log:
                for key, value in entry.items():
                    if key.startswith("eval_") == prefix and key not in SKIPPED and "runtime" not in key:
                        series.setdefault(key.removeprefix("eval_"), []).append((entry["step"], value))
            axis.set_prop_cycle(color=[pyplot.get_cmap("tab20")(i) for i in range(20)])
            for key, points in series.items():
                if len(points) > 1 or prefix:
                    axis.plot(*zip(*points, strict=True), label=key, marker="." if prefix else None, linewidth=1.2)
            axis.set_title(f"{name}: {'validation houses' if prefix else 'training losses'}")
            axis.set_xlabel("step")
            axis.grid(alpha=0.3)
            if axis.get_legend_handles_labels()[1]:
                axis.legend(fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5))
        left.set_yscale("log")
        right.set_ylim(0, 1)
    figure.tight_layout()
    figure.savefig(path, dpi=80)
    pyplot.close(figure)
