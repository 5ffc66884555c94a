"""torch.compile as it is fastest here: with vector code, in the model's own layout."""

import ctypes
import ctypes.util
import os

import torch

REMEDY = "torch.compile finds no vector instructions to write code for; on Debian: apt-get install g++ python3-dev libsleef-dev libtorch-dev"
KEPT = "TORCHINDUCTOR_CACHE_DIR"


def compiled(model, channels_last):
    """What is to be called in place of the model. Raises RuntimeError where its code would take one number at a time."""
    # Only now: processes without compiled code are the smaller for it.
    from torch._inductor import config, cpu_vec_isa

    _load_sleef()
    instructions = cpu_vec_isa.pick_vec_isa()
    if not instructions:
        raise RuntimeError(REMEDY)
    # What is kept of other processes is found by the network alone, whatever instructions it was compiled to.
    kept = os.environ.get(KEPT)
    if kept:
        os.environ[KEPT] = os.path.join(kept, str(instructions).replace(" ", "-"))
    # Left to itself it makes every convolution channels-last, whatever the model is.
    config.layout_optimization = channels_last
    return torch.compile(model, dynamic=False)


def _load_sleef():
    """
    For this process, and for those in which torch tries whether vector code can be loaded. Debian's PyTorch compiles with
    SLEEF's headers, a package of their own, and its libraries do not hand on SLEEF's functions as those of pytorch.org do;
    without either it compiles scalar code and does not say so.
    """
    library = ctypes.util.find_library("sleef")
    if library:
        ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)
        os.environ["LD_PRELOAD"] = " ".join(filter(None, (os.environ.get("LD_PRELOAD"), library)))
