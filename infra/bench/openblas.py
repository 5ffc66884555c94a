"""Imported before numpy or torch: lets OpenBLAS choose the kernel that fits the processor, and tells which one it is.

Some machines set OPENBLAS_CORETYPE for the sake of old builds; a current one is slower with it.
"""

import ctypes
import os
import re

OVERRIDES = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
# The wheels' builds have other names for the same functions.
VARIANTS = ("openblas_{}", "openblas_{}64_", "scipy_openblas_{}", "scipy_openblas_{}64_")

NAME = re.compile(r"/lib[^/]*blas[^/]*$")

unset = [name for name in OVERRIDES if os.environ.pop(name, None) is not None]


def description():
    """The BLAS of this process with kernel and threads, in words; '' where it is not known."""
    try:
        with open("/proc/self/maps") as maps:
            files = {line.split(None, 5)[5].strip() for line in maps if NAME.search(line)}
    except OSError:
        return ""
    return "; ".join(sorted({_describe(file) for file in files}))


def _describe(file):
    library = ctypes.CDLL(file)
    for variant in VARIANTS:
        try:
            corename = getattr(library, variant.format("get_corename"))
            threads = getattr(library, variant.format("get_num_threads"))
        except AttributeError:
            continue
        corename.restype = ctypes.c_char_p
        return f"OpenBLAS, kernel {corename().decode()}, {threads()} threads"
    return os.path.basename(file) + ", which is not OpenBLAS; on Debian: apt-get install libopenblas0-pthread"
