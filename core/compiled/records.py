"""What `epochs` is given: numbers and arrays, tuples in Python and structures in compiled functions."""

from typing import NamedTuple

from core.base.scalars import F
from core.compiled.memory import Array, record, view_of


class Layer(NamedTuple):
    """A dense layer.

    Attributes
    ----------
    wide, high : inputs and outputs.
    start : where its weights (in, out) begin among the parameters; its biases follow them.
    place : outputs of all layers before it.
    kind : its activation; of the last one, the output function.
    """

    wide: int
    high: int
    start: int
    place: int
    kind: int


class Plan(NamedTuple):
    """A run in numbers; those of records are their places in `choices`, -1 where they play no part.

    Attributes
    ----------
    replicas, parameters : R and P.
    images, pixels, shown : N, D, and n, how many images the curves are made of.
    depth, layers : how many layers; (depth,), encoder first.
    code : which of them ends the encoder.
    latent : units of the code.
    variational : whether the encoder ends in as many means and log-variances.
    on_logits : whether the loss gives its gradient at the logits.
    hidden : whether sparsity is about the hidden layers of the encoder.
    low, span : what a black pixel is coded as, and how far a white one is above it.
    scale : on the loss of an image.
    height, width : H, W.
    """

    replicas: int
    parameters: int
    images: int
    pixels: int
    shown: int
    depth: int
    layers: Array
    code: int
    latent: int
    variational: bool
    loss: int
    on_logits: bool
    optimizer: int
    sparsity: int
    hidden: bool
    penalty: int
    noise: int
    low: F
    span: F
    scale: F
    focus: F
    free_bits: F
    sparsity_rate: F
    momentum: float
    beta2: float
    weight_decay: float
    batch: int
    shuffled: bool
    height: int
    width: int


class Course(NamedTuple):
    """What changes from epoch to epoch or from replica to replica, and what one call does.

    Attributes
    ----------
    epochs : at most.
    rate, kl : (epochs, R) float64 learning rates; what of the KL counts.
    noise : (R,) float64 levels.
    sparsity, penalty : (R,) float64 weights.
    due : (epochs,) bool, whether the curves have a point after it.
    moments : (epochs,) bool, whether the state of the run at that point is noted as well.
    steps : that the optimiser has taken.
    begin, end : the batches of every epoch that are trained; all of them, unless it is one epoch in parts.
    divisible : whether a flag ends an epoch after the batch under way; if not, after the epoch.
    flag : (1,) uint8; another thread raises it to end this early.
    """

    epochs: int
    rate: Array
    kl: Array
    noise: Array
    sparsity: Array
    penalty: Array
    due: Array
    moments: Array
    steps: int
    begin: int
    end: int
    divisible: bool
    flag: Array


class State(NamedTuple):
    """What training changes, and what a run needs to go on from there.

    Attributes
    ----------
    params, first, second : (R, P) parameters and the optimiser's slots.
    generators : (R, 632) uint64, see `core.base.twister`.
    """

    params: Array
    first: Array
    second: Array
    generators: Array


class Images(NamedTuple):
    """The set.

    Attributes
    ----------
    pixels, target : (N, D) in [0, 1], and as they are coded.
    shown : (n,) int64, those that curves are made of.
    among : (N,) int64, the place of each among them, -1 for the others.
    """

    pixels: Array
    target: Array
    shown: Array
    among: Array


class Room(NamedTuple):
    """Where the work is done: the last ten are flat, as large as the largest batch needs.

    Attributes
    ----------
    grads : (P,).
    orders : (R, N) int64, the order of the images in this epoch; as they stand at first.
    fed : (R, n, D) what was fed of the images shown, where there is noise.
    x, t, losses : inputs, targets and losses of a batch, D a column.
    z, a, g : weighted sums, activities and gradients of all layers.
    code, deviation, epsilon, back : of a variational code, or of the draws of a penalty.
    clean, noisy : images in rows.
    weights : of the images.
    """

    grads: Array
    orders: Array
    fed: Array
    x: Array
    t: Array
    losses: Array
    z: Array
    a: Array
    g: Array
    code: Array
    deviation: Array
    epsilon: Array
    back: Array
    clean: Array
    noisy: Array
    weights: Array


class Points(NamedTuple):
    """What the network made of the images shown, at every point of the curves: as fed, and without noise.

    Attributes
    ----------
    capacity : K, points at most.
    states : S, states of the run at most: of points at which they are asked for, the last of all others.
    kinds : 2, or 1 without noise.
    columns : images that a point takes at a time.
    heads_units, hidden_units : a row of `heads` and of `hidden`.
    logits : (kinds, K, R, n, D).
    heads : (kinds, K, R, n, outputs of the encoder).
    hidden : (K, R, n, hidden units of the encoder) where sparsity is about them.
    """

    capacity: int
    states: int
    kinds: int
    columns: int
    heads_units: int
    hidden_units: int
    logits: Array
    heads: Array
    hidden: Array


LAYER, PLAN, COURSE, STATE, IMAGES, ROOM, POINTS = (
    record(kind) for kind in (Layer, Plan, Course, State, Images, Room, Points)
)

layer_of = view_of(LAYER)
"""(address, layers to leave out) -> layer."""
