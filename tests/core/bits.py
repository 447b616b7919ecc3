"""What a run holds, for comparing two runs to the bit."""


def bits(trainer):
    """Everything a run goes on from, and its curves, comparable with ==."""
    checkpoint, curves = trainer.checkpoint(), trainer.history.curves()
    arrays = {name: tensor.cpu().numpy() for name, tensor in checkpoint.tensors.items()}
    arrays |= {"epochs": curves.epochs} | {f"curve {name}": array for name, array in curves.values.items()}
    held = {name: (array.dtype.str, array.shape, array.tobytes()) for name, array in arrays.items()}
    return checkpoint.epoch, checkpoint.steps, checkpoint.perfect_since, held
