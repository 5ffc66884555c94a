"""The peer of `saddle bench latents`: the same TorchScript pair in PyTorch.

Cores share each batch, or each computes batches of its own: the graph interpreter runs without Python's lock.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import openblas  # noqa: I001  before torch
import torch

import protocol

openblas.beside_openmp()


class Encoding:
    def __init__(self, configuration):
        self.networks = {
            "encode": torch.jit.load(configuration["encoder"]).eval(),
            "decode": torch.jit.load(configuration["decoder"]).eval(),
        }
        side = configuration["side"]
        torch.manual_seed(0)
        images = torch.rand(2, 3, side, side)
        with torch.inference_mode():
            self.shapes = {"encode": (3, side, side), "decode": tuple(self.networks["encode"](images).shape[1:])}
        self.cores = len(os.sched_getaffinity(0))
        for work in self.networks:
            for layout in ("contiguous", "channels-last"):
                for shared in (True, False):
                    # The first calls of a shape are those that the graph is specialised in.
                    self.run(work, 4 * 8 * self.cores, 8, layout, shared)

    def run(self, work, images, batch, layout, shared):
        def compute(first):
            with torch.inference_mode():
                x = torch.rand(min(batch, images - first), *self.shapes[work])
                if layout == "channels-last":
                    x = x.contiguous(memory_format=torch.channels_last)
                self.networks[work](x).contiguous()

        torch.set_num_threads(self.cores if shared else 1)
        start = time.perf_counter()
        with ThreadPoolExecutor(1 if shared else self.cores) as pool:
            list(pool.map(compute, range(0, images, batch)))
        return time.perf_counter() - start

    def hello(self):
        return {
            "name": f"PyTorch {torch.__version__}, torch.jit",
            "threads": self.cores,
            "blas": openblas.description(),
            "unset": openblas.unset,
        }

    def answer(self, request):
        images = request["images"]
        seconds = self.run(request["work"], images, request["batch"], request["layout"], request["shared"])
        return {"imagesPerSecond": [images / seconds]}


if __name__ == "__main__":
    protocol.serve(Encoding)
