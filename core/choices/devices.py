"""Where a run may be computed. Which of these a machine has, and which suits a run: `core.nn.device`."""

from core.base.registry import Choice, Registry

DEVICES: Registry[Choice] = Registry(
    "device",
    Choice("auto", "Automatic", "The processor for small networks, a graphics card where that is faster."),
    Choice("cpu", "Processor", "The processor of this machine."),
    Choice("cuda", "CUDA card", "A graphics card by NVIDIA, or by AMD with ROCm."),
    Choice("mps", "Apple GPU", "The graphics part of an Apple chip."),
)
