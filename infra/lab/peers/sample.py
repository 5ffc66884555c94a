"""The peer of `saddle bench sample`: plain loops of DDIM, DPM-Solver++ and Euler over unet2d.py, in the variant that is asked
for."""

import json
import math
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openblas  # noqa: I001  before torch
import torch

import protocol
import safetensors_file
from unet2d import UNet2DModel
from variants import Variant

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


class Process:
    """What the samplers ask: the network's prediction of x_0, clipped, and of eps, for x = signal x_0 + sigma eps."""

    def __init__(self, scheduler):
        self.alphas = alphas_cumprod(scheduler).double().tolist()
        self.velocity = scheduler["prediction_type"] == "v_prediction"
        self.cosine = scheduler["beta_schedule"] == "squaredcos_cap_v2"

    def predict(self, network, x, t, signal, sigma):
        output = network(x, torch.tensor(t, dtype=torch.float32))
        if self.velocity:
            start, eps = signal * x - sigma * output, signal * output + sigma * x
        else:
            start, eps = (x - sigma * output) / signal, output
        return start.clamp(-1, 1), eps


def ddim(process, network, x, steps):
    """Leading spacing, eta 0, eps kept: diffusers' DDIMScheduler with its defaults."""
    alphas = process.alphas
    stride = len(alphas) // steps
    for t in range((steps - 1) * stride, -1, -stride):
        following = alphas[t - stride] if t >= stride else 1.0
        start, eps = process.predict(network, x, t, math.sqrt(alphas[t]), math.sqrt(1 - alphas[t]))
        x = math.sqrt(following) * start + math.sqrt(1 - following) * eps
    return x


def half_log_snr(alpha):
    return (math.log(alpha) - math.log1p(-alpha)) / 2 if alpha < 1 else math.inf


def dpm_solver(process, network, x, steps):
    """Second order, multistep, linspace spacing: diffusers' DPMSolverMultistepScheduler with its defaults, but clipped."""
    # Where the cosine schedule leaves next to no signal, eps says nothing of x_0: lambda_min_clipped.
    least = -5.1 if process.cosine and not process.velocity else -math.inf
    alphas = [alpha for alpha in process.alphas if half_log_snr(alpha) >= least]
    timesteps = [round((len(alphas) - 1) / steps * (steps - i)) for i in range(steps)]
    previous, last_h = None, None
    for i, t in enumerate(timesteps):
        alpha, following = alphas[t], alphas[timesteps[i + 1]] if i + 1 < steps else 1.0
        h = half_log_snr(following) - half_log_snr(alpha)
        gain = -math.sqrt(following) * math.expm1(-h)
        start, _ = process.predict(network, x, t, math.sqrt(alpha), math.sqrt(1 - alpha))
        change = gain * start
        if 0 < i < steps - 1:
            change = change + gain * h / (2 * last_h) * (start - previous)
        x = math.sqrt((1 - following) / (1 - alpha)) * x + change
        previous, last_h = start, h
    return x


def euler(process, network, x, steps):
    """Linspace spacing, sigmas interpolated: diffusers' EulerDiscreteScheduler with its defaults, but clipped."""

    def sigma(t):
        below = math.floor(t)
        low, high = (math.sqrt((1 - process.alphas[i]) / process.alphas[i]) for i in (below, math.ceil(t)))
        return low + (t - below) * (high - low)

    last = len(process.alphas) - 1
    timesteps = [last / (steps - 1) * (steps - 1 - i) for i in range(steps)] if steps > 1 else [0]
    sigmas = [sigma(t) for t in timesteps] + [0.0]
    x = x * sigmas[0]
    for t, now, following in zip(timesteps, sigmas, sigmas[1:], strict=False):
        signal = 1 / math.sqrt(now**2 + 1)
        start, _ = process.predict(network, x * signal, t, signal, now * signal)
        x = x + (following - now) * (x - start) / now
    return x


SAMPLERS = {"ddim": ddim, "dpmpp-2m": dpm_solver, "euler": euler}


def autocast(network):
    def predict(x, t):
        with torch.autocast("cpu", torch.bfloat16):
            return network(x, t).float()

    return predict


def converted(network):
    return lambda x, t: network(x.to(torch.bfloat16), t).float()


class InTurn:
    """One batch after the other, each on every core."""

    name = ""

    def __init__(self, workers):
        del workers

    def draw(self, batch, noises):
        return [batch(noise) for noise in noises]


class SideBySide:
    """A batch on each core, as saddle has it: each thread asks libtorch for no other one."""

    name = ", a batch on each core"

    def __init__(self, workers):
        self.pool = ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,))

    def draw(self, batch, noises):
        return list(self.pool.map(batch, noises))


class Sampling:
    def __init__(self, configuration):
        workers = configuration["workers"]
        torch.set_num_threads(workers)
        torch.manual_seed(0)
        folder = Path(configuration["model"])
        self.config = json.loads((folder / "unet" / "config.json").read_text())
        self.weights = safetensors_file.load(folder / "unet" / "diffusion_pytorch_model.safetensors")
        self.process = Process(json.loads((folder / "scheduler" / "scheduler_config.json").read_text()))
        self.batch = configuration["batch"]
        size = self.config["sample_size"]
        self.shape = (self.config["in_channels"], *(size if isinstance(size, list) else (size, size)))
        self.variant = Variant(configuration["variant"])
        if configuration["precision"] == "FP32":
            networks = {"": self.network(torch.float32)}
        else:
            # Both ways to bf16 are in use: the faster one competes.
            networks = {
                ", bf16 by autocast": autocast(self.network(torch.float32)),
                ", bf16 by converted weights": converted(self.network(torch.bfloat16)),
            }
        # The compiler's guards are not for several threads at a time.
        arrangements = [InTurn(workers)] + ([] if self.variant.compiled else [SideBySide(workers)])
        ways = {
            name + arrangement.name: (network, arrangement)
            for name, network in networks.items()
            for arrangement in arrangements
        }
        steps, rounds = configuration["warmUpSteps"], configuration["warmUpRounds"]
        images = self.batch * workers
        seconds = {
            name: min(self.run(way, "ddim", steps, images)[0] for _ in range(rounds)) for name, way in ways.items()
        }
        self.way = min(seconds, key=seconds.get)
        self.fastest = ways[self.way]

    def network(self, dtype):
        model = UNet2DModel(self.config).eval()
        model.load_state_dict(self.weights)
        return self.variant.prepare(model.to(dtype))

    def run(self, way, sampler, steps, images):
        """Seconds, and all pixels."""
        network, arrangement = way

        def batch(noise):
            # Of this thread.
            with torch.inference_mode():
                return SAMPLERS[sampler](self.process, network, noise, steps)

        start = time.perf_counter()
        noises = [
            self.variant.arrange(torch.randn(min(self.batch, images - i), *self.shape))
            for i in range(0, images, self.batch)
        ]
        drawn = arrangement.draw(batch, noises)
        return time.perf_counter() - start, torch.cat(drawn)

    def hello(self):
        return {
            "name": f"PyTorch {torch.__version__}{self.way}",
            "threads": torch.get_num_threads(),
            "blas": openblas.description(),
            "unset": openblas.unset,
        }

    def answer(self, request):
        images = request["images"]
        seconds, pixels = self.run(self.fastest, request["sampler"], request["steps"], images)
        return {
            "imagesPerSecond": [images / seconds],
            "pixelMean": pixels.mean().item(),
            "pixelDeviation": pixels.std().item(),
        }


if __name__ == "__main__":
    protocol.serve(Sampling)
