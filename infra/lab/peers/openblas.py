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


# What openblas_get_parallel() says of a build with threads of its own; 2 is OpenMP.
OWN_THREADS = 1


def description():
    """The BLAS of this process with kernel and threads, in words; '' where it is not known."""
    return "; ".join(sorted({_describe(file) for file in _files()}))


def beside_openmp():
    """
    Gives OpenBLAS one thread where it has threads of its own. torch's are OpenMP's, and of two pools on the same cores each
    spins while the other works: a training step takes four times as long. To be called when torch is loaded.
    """
    for file in _files():
        functions = _functions(ctypes.CDLL(file), "get_parallel", "set_num_threads")
        if functions and functions[0]() == OWN_THREADS:
            functions[1](1)


def _files():
    try:
        with open("/proc/self/maps") as maps:
            return {line.split(None, 5)[5].strip() for line in maps if NAME.search(line)}
    except OSError:
        return set()


def _functions(library, *names):
    """These functions of an OpenBLAS, whatever its build calls them; None if it is none."""
    for variant in VARIANTS:
        try:
            return [getattr(library, variant.format(name)) for name in names]
        except AttributeError:
            continue
    return None


def _describe(file):
    functions = _functions(ctypes.CDLL(file), "get_corename", "get_num_threads", "get_parallel")
    if functions is None:
        return os.path.basename(file) + ", which is not OpenBLAS; on Debian: apt-get install libopenblas0-openmp"
    corename, threads, parallel = functions
    corename.restype = ctypes.c_char_p
    kind = "own threads" if parallel() == OWN_THREADS else "OpenMP"
    return f"OpenBLAS with {kind}, kernel {corename().decode()}, threads: {threads()}"
