"""Stages and steps as data: one `flow.py` per app.

A step is one compare-and-set UPDATE: of two people who press the button one wins, the other gets
`Stale`. The same data draws the buttons and the diagram in the documentation.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from icma.core.action import Refused


class Stale(Refused):
    """Somebody else has taken this step, or the thing stands elsewhere by now."""


@dataclass(frozen=True)
class Stage:
    name: str
    label: Any
    end: bool = False


@dataclass(frozen=True)
class Step:
    """`verb` names the access rule that opens the button; `start` lists the stages it may leave."""

    name: str
    start: tuple[str, ...]
    end: str
    label: Any
    verb: str = "edit"


class Flow:
    """A checked graph of stages. Raises ValueError at import when a step names an unknown stage."""

    def __init__(self, name: str, stages: list[Stage], steps: list[Step], field: str = "stage") -> None:
        self.name, self.field = name, field
        self.stages = {stage.name: stage for stage in stages}
        self.steps = {step.name: step for step in steps}
        for step in steps:
            for stage in (*step.start, step.end):
                if stage not in self.stages:
                    raise ValueError(f"{name}: step {step.name} names unknown stage {stage}")

    @property
    def choices(self) -> list[tuple[str, Any]]:
        return [(stage.name, stage.label) for stage in self.stages.values()]

    def open_steps(self, thing: Model) -> list[Step]:
        here = getattr(thing, self.field)
        return [step for step in self.steps.values() if here in step.start]

    def take(self, thing: Model, step_name: str, **values: Any) -> None:
        """Move `thing` by one step and set `values` with it; raises Stale when it stood elsewhere."""
        step = self.steps[step_name]
        values[self.field] = step.end
        rows = type(thing)._base_manager.filter(pk=thing.pk, **{f"{self.field}__in": step.start})
        if rows.update(**values) != 1:
            raise Stale(_("Somebody has already changed this. Look at the page again before you go on."))
        for name, value in values.items():
            setattr(thing, name, value)

    def mermaid(self) -> str:
        """The diagram of docs/flows.md."""
        lines = ["stateDiagram-v2"]
        for step in self.steps.values():
            lines += [f"    {start} --> {step.end}: {step.name}" for start in step.start]
        lines += [f"    {stage.name} --> [*]" for stage in self.stages.values() if stage.end]
        return "\n".join(lines)
