"""With which settings a run trained: those that it has now, and what they were before which epoch."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.base.words import Refusal
from core.data.limits import parsed, require
from core.experiment.spec import Spec, changed, edit, needs_rebuild

MOST = 1000
"""Changes that a run remembers, the newest ones: whoever pulls at a slider makes many."""


@dataclass(frozen=True, slots=True)
class Change:
    """A live change of a run.

    Attributes
    ----------
    epoch : epochs trained by then.
    before : the settings that they were trained with.
    """

    epoch: int
    before: Spec


Changes = tuple[Change, ...]


def kept(changes: Sequence[Change], epoch: int, now: Spec) -> Changes:
    """Those of some changes that tell with what a run trained, which is at `epoch` with the settings `now`.

    Of several between the same two epochs only the first replaced settings that were trained with, and what
    comes after the epoch of a run that went back counts from that epoch on.
    """
    found: dict[int, Change] = {}
    for change in changes:
        at = min(change.epoch, epoch)
        if at > 0:
            found.setdefault(at, Change(at, change.before))
    lasting = pairwise([*found.values(), Change(epoch, now)])
    return tuple(change for change, after in lasting if change.before != after.before)[-MOST:]


def settings_of(changes: Changes, epoch: int, now: Spec) -> Spec:
    """The settings with which the epoch after `epoch` was trained, or will be."""
    return next((change.before for change in changes if change.epoch > epoch), now)


def trained_with(changes: Changes, epoch: int, now: Spec) -> Spec:
    """The settings of the last epoch that was trained."""
    return changes[-1].before if changes and changes[-1].epoch == epoch else now


def changes_text(changes: Changes, now: Spec) -> str:
    """Changes as a file holds them: epochs, and the fields that differ from those of `now`."""
    earlier = [
        [change.epoch, {name: getattr(change.before, name) for name in sorted(changed(now, change.before))}]
        for change in changes
    ]
    return json.dumps(earlier)


def changes_of(text: str, now: Spec, epoch: int) -> Changes:
    """The changes in a file of a run that is at `epoch` with the settings `now`.

    Raises
    ------
    Refusal : no run can have had them.
    """
    part = "changes"
    entries = parsed(text, part)
    fits = isinstance(entries, list) and all(
        isinstance(entry, list) and [*map(type, entry)] == [int, dict] for entry in entries
    )
    require(fits, "{part} must be a list of epochs with their settings", part=part)
    changes = tuple(Change(at, edit(now, values)) for at, values in entries)
    epochs = [0, *(change.epoch for change in changes), epoch + 1]
    require(all(one < other for one, other in pairwise(epochs)), "{part} must rise from 0", part=part)
    for change in changes:
        if needs_rebuild(now, change.before):
            raise Refusal("{part} has a field that no run changes", part=part)
    return kept(changes, epoch, now)
