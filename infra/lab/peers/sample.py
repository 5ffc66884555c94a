"""The peer of `saddle bench sample`: a plain DDIM loop over unet2d.py in eager PyTorch."""

import json
import math
import time
from pathlib import Path

import openblas  # noqa: I001  before torch
import torch

import protocol
import safetensors_file
from unet2d import UNet2DModel

openblas.beside_openmp()


def alphas_cumprod(scheduler):
    """As diffusers' schedulers have them."""
    steps = scheduler["num_train_timesteps"]
    if scheduler["beta_schedule"] == "linear":
        betas = torch.linspace(scheduler["beta_start"], scheduler["beta_end"], steps, dtype=torch.float32)
    elif scheduler["beta_schedule"] == "squaredcos_cap_v2":
        bar = [math.cos((i / steps + 0.008) / 1.008 * math.pi / 2) ** 2 for i in range(steps + 1)]
        betas = torch.tensor([min(1 - bar[i + 1] / bar[i], 0.999) for i in range(steps)])
    else:
        raise ValueError(f"beta_schedule {scheduler['beta_schedule']!r} is not supported")
    return torch.cumprod(1 - betas, dim=0)


def ddim(network, alphas, velocity, noise, steps):
    """Leading spacing, eta 0, x_0 clipped, eps kept: diffusers' DDIMScheduler with its defaults."""
    stride = len(alphas) // steps
    x = noise
    for t in range((steps - 1) * stride, -1, -stride):
        alpha = alphas[t].item()
        following = alphas[t - stride].item() if t >= stride else 1.0
        signal, sigma = math.sqrt(alpha), math.sqrt(1 - alpha)
        output = network(x, t)
        if velocity:
            start, eps = signal * x - sigma * output, signal * output + sigma * x
        else:
            start, eps = (x - sigma * output) / signal, output
        x = math.sqrt(following) * start.clamp(-1, 1) + math.sqrt(1 - following) * eps
    return x


def autocast(model):
    def predict(x, t):
        with torch.autocast("cpu", torch.bfloat16):
            return model(x, t).float()

    return predict


def converted(model):
    half = UNet2DModel(model.config).eval()
    half.load_state_dict(model.state_dict())
    half.to(torch.bfloat16)
    return lambda x, t: half(x.to(torch.bfloat16), t).float()


class Sampling:
    def __init__(self, configuration):
        folder = Path(configuration["model"])
        config = json.loads((folder / "unet" / "config.json").read_text())
        scheduler = json.loads((folder / "scheduler" / "scheduler_config.json").read_text())
        model = UNet2DModel(config).eval()
        model.config = config
        model.load_state_dict(safetensors_file.load(folder / "unet" / "diffusion_pytorch_model.safetensors"))
        self.batch = configuration["batch"]
        size = config["sample_size"]
        self.shape = (config["in_channels"], *(size if isinstance(size, list) else (size, size)))
        self.alphas = alphas_cumprod(scheduler)
        self.velocity = scheduler["prediction_type"] == "v_prediction"
        torch.manual_seed(0)
        # Both ways to bf16 are in use: the faster one competes.
        halves = {"autocast": autocast(model), "converted weights": converted(model)}
        seconds = {name: min(self.run(network, 5, self.batch)[0] for _ in range(3)) for name, network in halves.items()}
        self.bf16 = min(seconds, key=seconds.get)
        self.networks = {"FP32": model, "BF16": halves[self.bf16]}
        self.run(model, 5, self.batch)

    @torch.inference_mode()
    def run(self, network, steps, images):
        """Seconds, and all pixels."""
        start = time.perf_counter()
        drawn = [
            ddim(network, self.alphas, self.velocity, torch.randn(min(self.batch, images - i), *self.shape), steps)
            for i in range(0, images, self.batch)
        ]
        return time.perf_counter() - start, torch.cat(drawn)

    def hello(self):
        return {
            "name": f"PyTorch {torch.__version__} eager, bf16 by {self.bf16}",
            "threads": torch.get_num_threads(),
            "blas": openblas.description(),
            "unset": openblas.unset,
        }

    def answer(self, request):
        images = request["images"]
        seconds, pixels = self.run(self.networks[request["precision"]], request["steps"], images)
        return {
            "imagesPerSecond": [images / seconds],
            "pixelMean": pixels.mean().item(),
            "pixelDeviation": pixels.std().item(),
        }


if __name__ == "__main__":
    protocol.serve(Sampling)
