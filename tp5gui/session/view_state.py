"""What may be pressed and which fields wait for a new run: a pure function of the spec and the facts."""

from dataclasses import dataclass
from enum import Enum, auto

from core.experiment.spec import Spec, changed, needs_rebuild
from tp5gui.session.messages import Phase


class Action(Enum):
    """What the main button does when pressed now."""

    START = auto()
    PAUSE = auto()
    RESUME = auto()
    TRAIN_AGAIN = auto()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the training thread last said.

    Attributes
    ----------
    phase : what it is doing.
    built : the spec of the current run, None before the first.
    epoch : epochs trained.
    """

    phase: Phase = Phase.LOADING
    built: Spec | None = None
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class ViewState:
    """What the window's controls show.

    Attributes
    ----------
    action : what the main button does.
    ready : whether the controls may be pressed at all.
    can_step : whether there is an epoch to step to.
    can_rewind : whether there is anything to rewind.
    stale : fields whose change needs a new run; what is shown still belongs to their old values.
    """

    action: Action
    ready: bool
    can_step: bool
    can_rewind: bool
    stale: frozenset[str]


def resolve(spec: Spec, facts: Facts) -> ViewState:
    """The view of a `spec` being edited beside the `facts` of the run."""
    if facts.built is None:
        return ViewState(Action.START, ready=False, can_step=False, can_rewind=False, stale=frozenset())
    stale = changed(facts.built, spec) if needs_rebuild(facts.built, spec) else frozenset()
    return ViewState(
        action=_action(facts, bool(stale)),
        ready=facts.phase is not Phase.LOADING,
        can_step=facts.phase is not Phase.FINISHED or bool(stale),
        can_rewind=facts.epoch > 0 or bool(stale),
        stale=stale,
    )


def _action(facts: Facts, stale: bool) -> Action:
    if facts.phase is Phase.RUNNING:
        return Action.PAUSE
    if stale or facts.epoch == 0:
        return Action.START
    return Action.TRAIN_AGAIN if facts.phase is Phase.FINISHED else Action.RESUME
