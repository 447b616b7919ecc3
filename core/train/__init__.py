"""Training epoch by epoch: the trainer, its evaluation, checkpoints, curves, run files and reports."""
