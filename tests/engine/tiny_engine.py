"""An engine around a tiny model with random weights, and questions in its vocabulary."""

from __future__ import annotations

from mmego import Engine
from mmego.engine.loading import LoadedModel
from tests.model.tiny import tiny_model, tiny_processor

WHERE = "where did i put the red mug ?"
FIRST = "what did i pick up first ?"
OPTIONS = ("on the counter", "in the drawer", "on the table", "in the fridge")


def engine_of(**fields: object) -> Engine:
    """Return an engine that keeps three frames; `fields` change its configuration, `seed` its weights."""
    seed = fields.pop("seed", 0)
    assert isinstance(seed, int)
    model = tiny_model(seed, **{"keep": 3, "alpha": 0.0, **fields})
    return Engine(LoadedModel("tiny", model, tiny_processor(model)))
