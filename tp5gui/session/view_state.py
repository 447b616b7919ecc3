"""What may be pressed and which fields wait for a new run: a pure function of the spec and the facts."""

from dataclasses import dataclass
from enum import Enum, auto

from core.experiment.spec import Spec, changed, needs_rebuild
from tp5gui.session.messages import Phase


class Action(Enum):
    """What the main button does when pressed now."""

    START = auto()
    START_WITH_THESE = auto()
    PAUSE = auto()
    RESUME = auto()
    TRAIN_AGAIN = auto()


@dataclass(frozen=True, slots=True)
class Coming:
    """A run on its way to the bench.

    Attributes
    ----------
    spec : its settings, None as long as the file that holds them is not open.
    plays : whether it trains as soon as it is there.
    """

    spec: Spec | None
    plays: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What the training thread last said, and what it was asked for since.

    Attributes
    ----------
    phase : what it is doing.
    built : the spec of the current run, None before the first.
    epoch : epochs trained.
    coming : the run that takes the place of the current one, if one does.
    """

    phase: Phase = Phase.LOADING
    built: Spec | None = None
    epoch: int = 0
    coming: Coming | None = None

    @property
    def running(self) -> bool:
        """Whether a run trains, once what was asked for is there."""
        return self.phase is Phase.RUNNING if self.coming is None else self.coming.plays


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
    running : whether a run trains.
    """

    action: Action
    ready: bool
    can_step: bool
    can_rewind: bool
    stale: frozenset[str]
    running: bool = False


def resolve(spec: Spec, facts: Facts) -> ViewState:
    """The view of a `spec` being edited beside the `facts` of the run."""
    if facts.built is None:
        return ViewState(Action.START, ready=False, can_step=False, can_rewind=False, stale=frozenset())
    run = facts.built if facts.coming is None else facts.coming.spec
    waits = run is not None and needs_rebuild(run, spec)
    stale = changed(run, spec) if run is not None and waits else frozenset()
    return ViewState(
        action=_action(facts, waits),
        ready=facts.phase is not Phase.LOADING,
        can_step=facts.phase is not Phase.FINISHED or facts.coming is not None or waits,
        can_rewind=facts.epoch > 0 or facts.coming is not None or waits,
        stale=stale,
        running=facts.running,
    )


def _action(facts: Facts, stale: bool) -> Action:
    if stale:
        return Action.START_WITH_THESE
    if facts.running:
        return Action.PAUSE
    if facts.coming is not None or facts.epoch == 0:
        return Action.START
    return Action.TRAIN_AGAIN if facts.phase is Phase.FINISHED else Action.RESUME
