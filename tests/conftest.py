"""Before anything else: no screen, one torch thread, and how hard hypothesis tries."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import torch
from hypothesis import settings

torch.set_num_threads(1)
settings.register_profile("fast", max_examples=10, deadline=None)
settings.register_profile("ci", max_examples=50, deadline=None)
settings.register_profile("fuzz", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
