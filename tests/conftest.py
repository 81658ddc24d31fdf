"""What all tests need."""

from __future__ import annotations

from tests.qa import stand_ins

stand_ins.install()
