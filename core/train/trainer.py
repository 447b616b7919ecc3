"""Training that can be stepped: one epoch at a time, from one explicit random generator a replica.

The same spec gives the same bits, in the window, on the command line, and after pause, save, load and resume.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import torch

from core.base.generators import Generators
from core.base.progress import OnProgress, unheard
from core.choices.optimizers import Stepper
from core.compiled.preparing import prepare
from core.compiled.suits import Engine, has_forms
from core.compiled.suits import engine as suits
from core.data.datasets import Dataset, load_dataset
from core.experiment.replicas import ByReplica
from core.experiment.spec import Spec, needs_rebuild
from core.measure.evaluation import Evaluation
from core.measure.latent import Plane
from core.nn.device import Threads, choose, thread_count
from core.nn.model import Model
from core.nn.network import Network, Stopped
from core.nn.objective import Objective
from core.train.about import About
from core.train.changes import Changes
from core.train.checkpoint import Checkpoint, CheckpointError
from core.train.feeding import Feeding
from core.train.history import Curves, History, common
from core.train.memory import check_memory, room_for_moments
from core.train.moments import BYTES, Moments
from core.train.pace import Pace
from core.train.past import Past, Replay
from core.train.run import Diverged, Run
from core.train.snapshot import Snapshot, snapshot_of
from core.train.still import Still
from core.train.torch_epochs import TorchEpochs

if TYPE_CHECKING:
    from core.train.compiled_epochs import CompiledEpochs

__all__ = ["Diverged", "Trainer"]

Done = TypeVar("Done")


class Trainer:
    """One run, epoch by epoch.

    Parameters
    ----------
    spec : the run.
    dataset : its images, if they are not those that `spec.dataset` names.
    by_replica : fields in which the replicas differ, one value a replica; of those that `MAY_DIFFER`.
    threads : torch threads of the processor, which decide the last bits; by default as many as suit the work.
    engine : what trains it, "compiled" or "torch", which decides the last bits as well; by default the one
        that suits the work, see `core.compiled.suits`. What has no compiled form is trained with torch.
    moment_bytes : what the moments of its past may take, see `core.train.moments`; less if memory is short.

    Raises
    ------
    SpecError : the run needs more memory than there is, or a device that is not there.
    Diverged : the loss is not finite before any training.

    Attributes
    ----------
    device : where the run is computed: `cpu`, `cuda` or `mps`.
    threads : how many torch threads it uses, whatever the caller has set.
    model : the network for encode, decode and reconstruct; it always shows the weights as they are now.
    plane : the plane on which the codes were last drawn, None if they never were; a file keeps it, so that
        the map of an opened run is not mirrored.
    about : what a person says of the run and where it comes from, which a file keeps too; it has no say in
        what is trained.
    """

    @torch.inference_mode(False)  # a tensor made in inference mode could not be changed outside of it
    def __init__(
        self,
        spec: Spec,
        dataset: Dataset | None = None,
        by_replica: Mapping[str, Sequence[float]] | None = None,
        threads: int | None = None,
        engine: Engine | None = None,
        moment_bytes: int = BYTES,
    ) -> None:
        self.dataset = dataset or load_dataset(spec.dataset)
        self.device = choose(spec, self.dataset)
        self.threads = thread_count(spec, self.dataset) if threads is None else threads
        check_memory(spec, self.dataset, self.device)
        moment_bytes = room_for_moments(spec, self.dataset, self.device, moment_bytes)
        self._run = Run(spec, self.dataset, by_replica or {}, self.device, self.threads, moment_bytes)
        self.model = Model(self.network, self.objective.output, self.dataset.shape, spec.latent)
        self.plane: Plane | None = None
        self.about = About()
        self._asked = engine
        self._at_work: TorchEpochs | CompiledEpochs | None = None
        with Threads(self.threads):
            run = self._run
            run.record([0], run.look(Still.evaluate), [0], lambda epoch: run.checkpoint())

    def __getstate__(self) -> dict[str, Any]:
        """What a copy is made of: its own engine begins anew, which knows the tensors by their addresses.

        The points of the curves that the engine here has noted are measured before, see `settle`.
        """
        self.settle()
        return {**self.__dict__, "_at_work": None}

    @property
    def spec(self) -> Spec:
        """The run, with its live fields as they are now."""
        return self._run.spec

    @property
    def by_replica(self) -> ByReplica:
        """The same, with the fields in which the replicas differ."""
        return self._run.fields

    @property
    def changes(self) -> Changes:
        """What the live fields were before, as far as the run trained with them."""
        return self._run.changes

    @property
    def network(self) -> Network:
        """The network of all replicas."""
        return self._run.network

    @property
    def objective(self) -> Objective:
        """What training makes small."""
        return self._run.objective

    @property
    def optimizer(self) -> Stepper:
        """The optimiser at work."""
        return self._run.optimizer

    @property
    def generators(self) -> Generators:
        """The random generators, one a replica."""
        return self._run.generators

    @property
    def feeding(self) -> Feeding:
        """The images, in batches and under noise."""
        return self._run.feeding

    @property
    def history(self) -> History:
        """The curves, see `settle`."""
        return self._settled.history

    @property
    def moments(self) -> Moments:
        """The moments of its past, see `settle`."""
        return self._settled.moments

    def precious(self) -> tuple[int, ...]:
        """The epochs whose moments are dropped last: of live changes, and those before the best epochs."""
        return self._settled.precious()

    @property
    def pace(self) -> Pace:
        """How long an epoch takes; asked at any time, also by `stopped` in the middle of one."""
        return self._run.pace

    @property
    def epoch(self) -> int:
        """Epochs trained so far."""
        return self._run.epoch

    @property
    def finished(self) -> bool:
        """Whether the run has had its epochs, or a replica was perfect for as long as `patience` asks."""
        return self._run.finished

    @property
    def engine(self) -> Engine:
        """What trains it now: a live change, of the contraction for one, may change this."""
        if self._asked and (self._asked == "torch" or has_forms(self.by_replica)):
            return self._asked
        return suits(self.by_replica, self.dataset, self.device)

    @property
    def leader(self) -> int:
        """The replica that was ahead at the last evaluation: fewest wrong pixels, then the smallest loss."""
        return self.history.curves().leader

    def prepare(self, stopped: Stopped | None = None) -> bool:
        """Make ready what trains the run, which `advance` does as well; False where `stopped` answered True.

        It is compiled once on a machine, which takes seconds, and read by every later process.
        """
        if self._at_work is not None:
            return True
        # a machine that cannot compile has torch, as a run without compiled forms
        return self.engine == "torch" or prepare(stopped) or not has_forms(self.by_replica)

    def advance(self, count: int, stopped: Stopped | None = None, *, settled: bool = True) -> int:
        """Train `count` epochs, or as many as are left, or fewer if asked to stop; how many were trained.

        Parameters
        ----------
        stopped : asked some twenty times a second or more: between epochs, within a long one between its
            batches and before the evaluation, and within a long batch between two layers. Once it answers
            True the epoch under way is undone: the run is at the end of the epoch before, to the bit. An
            epoch of one short batch is not worth asking.
        settled : whether to measure the last points of the curves as well; else `settle` does, or whatever
            needs them.

        Raises
        ------
        Diverged : the loss is not finite; the run is back at its last sound checkpoint.
        Exception : whatever `stopped` raises; within an epoch, as by Ctrl+C, the run is then back at its last
            point of the curves or live change.
        """
        run, trained = self._run, 0
        try:
            with Threads(self.threads):
                while trained < count and not run.finished:
                    if trained and (run.hurry[0] or (stopped is not None and stopped())):
                        break
                    done = self.prepare(stopped) and self._train(count - trained, stopped)
                    if not done:
                        break
                    trained += done
                    if settled:  # before it is asked whether to stop: a run that has diverged says so first
                        self.settle()
        finally:
            run.hurry[0] = 0
        return trained

    def settle(self) -> None:
        """Measure the points of the curves that `advance` left to be measured.

        Many are measured as fast as one. Only then it is known whether the loss was finite all the way.

        Raises
        ------
        Diverged : it was not; the run is back at its last sound checkpoint.
        """
        engine = self._at_work
        if engine is not None:
            with Threads(self.threads):
                self._or_go_back(engine.settle)

    @property
    def _settled(self) -> Run:
        self.settle()
        return self._run

    def hurry(self) -> None:
        """End the `advance` under way, or the next one, after an epoch; may be called in any thread."""
        self._run.hurry[0] = 1

    def step(self, stopped: Stopped | None = None) -> bool:
        """Train one epoch; whether it was trained. See `advance`."""
        return self.advance(1, stopped) == 1

    def run(
        self, on_epoch: Callable[["Trainer"], None] | None = None, stopped: Stopped | None = None
    ) -> "Trainer":
        """Train until `finished`, calling `on_epoch(trainer)` after every epoch; returns the trainer.

        Where `stopped` answers True, between two epochs or within one (see `advance`), the run stands at the
        end of its last whole epoch, and this returns as well.
        """
        count = self.spec.epochs if on_epoch is None else 1
        with Threads(self.threads):
            while not self.finished and not (stopped is not None and stopped()):
                if self.advance(count, stopped) and on_epoch is not None:
                    on_epoch(self)
        return self

    def update(self, spec: Spec) -> None:
        """Go on with the live fields of `spec`.

        Raises
        ------
        ValueError : `spec` differs in a field that only a new run can change.
        """
        if needs_rebuild(self.spec, spec):
            raise ValueError("this change needs a new run")
        before = self.engine
        self._settled.update(spec)
        if self.engine != before:
            self._at_work = None
        elif self._at_work is not None:
            self._at_work.follow()

    def _train(self, count: int, stopped: Stopped | None) -> int:
        """Train at most `count` epochs; how many."""
        return self._or_go_back(lambda: self._epochs().train(count, stopped))

    def _or_go_back(self, work: Callable[[], Done]) -> Done:
        """Let the engine work; where that does not end, nobody knows how far the weights are."""
        try:
            return work()
        except Diverged:
            raise
        except BaseException:  # Ctrl+C, or what `stopped` raises
            self._run.go_back()
            self._at_work = None
            raise

    def _epochs(self) -> "TorchEpochs | CompiledEpochs":
        """The engine at work. The compiler is imported for the first epoch, not to look at a run."""
        if self._at_work is None:
            if self.engine == "torch":
                self._at_work = TorchEpochs(self._run)
            else:
                from core.train.compiled_epochs import CompiledEpochs

                self._at_work = CompiledEpochs(self._run)
        return self._at_work

    def snapshot(self, replica: int = 0) -> Snapshot:
        """The run as it is now, as one replica has it.

        Raises
        ------
        Diverged : the loss is not finite; the run is back at its last sound checkpoint.
        """
        with Threads(self.threads):
            return self._settled.look(lambda still: snapshot_of(still, replica))

    def evaluate(self) -> Evaluation:
        """Evaluate the weights as they are, on what was last fed and on the same images without noise.

        Raises
        ------
        Diverged : the loss is not finite; the run is back at its last sound checkpoint.
        """
        with Threads(self.threads):
            return self._settled.look(Still.evaluate)

    def still(self) -> Still:
        """The run as it is now, with weights of its own: to be looked at in any thread.

        Its curves end where they were measured last, see `settle`.
        """
        return self._run.now().twin()

    def as_trained(self) -> Still:
        """The same with the settings of its last epoch, whatever the next one is to have."""
        return self._run.as_trained().twin()

    def past(self) -> Past:
        """What the run was up to now, to be looked at in any thread while it trains on."""
        run = self._settled
        moments = run.moments.kept()
        if not moments or moments[-1].epoch < run.epoch:
            moments = (*moments, run.checkpoint())
        return Past(self.still(), moments, self.by_replica.values, self.threads, self._asked)

    def at(self, epoch: int, on_progress: OnProgress = unheard) -> Model:
        """The network as it was after `epoch`; trained anew, beside the run, from the moment before it.

        Parameters
        ----------
        on_progress : told how much of that training is done; what it raises ends it.

        Raises
        ------
        Refusal : nothing is known of that epoch; the message names those that there are.
        """
        still = Replay(self.past()).still(epoch, on_progress)
        return Model(still.network, still.objective.output, self.dataset.shape, still.fields.spec.latent)

    def checkpoint(self) -> Checkpoint:
        """All that the run needs to go on from here to the same bits; `restore` goes back to it."""
        return self._settled.checkpoint()

    def live(self) -> Checkpoint:
        """The run as it is now, sharing its memory: only for comparing, copying and writing at once."""
        return self._settled.live()

    def restore(
        self,
        checkpoint: Checkpoint,
        curves: Curves | None = None,
        changes: Changes | None = None,
        moments: Iterable[Checkpoint] | None = None,
    ) -> None:
        """Go on from a checkpoint of a run of the same spec and data set.

        Parameters
        ----------
        curves : what that run measured; by default what this one did. Points after the epoch of the
            checkpoint are cut.
        changes : what the settings of that run were before; by default as this one knows it.
        moments : its past; by default that of this one, as far as both have the same curves.

        Raises
        ------
        CheckpointError : naming the part that this run cannot take; the run stays as it was.
        """
        checkpoint.check(self._run.live())
        try:
            self.generators.twin().set_state(checkpoint.generators)
        except (RuntimeError, ValueError) as error:
            raise CheckpointError(
                "{part} is not the state of a random generator", part="generators"
            ) from error
        if curves is None:
            with suppress(Diverged):  # then its curves end before
                self.settle()
        if changes is not None:
            self._run.changes = changes
        if moments is not None:
            self._run.moments.fill(moments)
        elif curves is not None:  # what this run was after they parted is no past of that one
            self._run.moments.cut(0, common(self._run.history.curves(), curves))
        self._run.go_on_from(checkpoint, curves)
        self._run.take_moment(checkpoint)
        self._at_work = None  # and the points that it noted
