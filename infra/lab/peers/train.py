"""Trains a U-Net in PyTorch as people write it: the peer of `saddle bench train` and `saddle bench memory`.

The same network, weights, batch, loss, clipping, AdamW and moving average as saddle's step, in the variant that is asked for.
AdamW is torch's fused or its foreach one, whichever is faster for this network here. No value leaves the step: the loss is looked
at when the steps of an answer are done.
"""

import copy
import json
import statistics
import time
from pathlib import Path

import openblas  # noqa: I001  before torch
import torch
import torch.nn.functional as F
from torch.nn.utils import clip_grad_norm_

import protocol
import safetensors_file
from unet2d import UNet2DModel
from variants import Variant

openblas.beside_openmp()

IMAGES = 1000
TRIALS = 5
PARTS = ("data", "forward", "backward", "optimizer")


class Training:
    def __init__(self, configuration):
        c = self.configuration = configuration
        torch.set_num_threads(c["threads"])
        torch.manual_seed(c["seed"])
        unet = Path(c["model"]) / "unet"
        config = json.loads((unet / "config.json").read_text())
        self.model = UNet2DModel(config)
        self.model.load_state_dict(safetensors_file.load(unet / "diffusion_pytorch_model.safetensors"))
        self.variant = Variant(c["variant"])
        self.network = self.variant.prepare(self.model)
        self.parameters = list(self.model.parameters())
        self.ema = [p.detach().clone() for p in self.parameters]
        self.adamw_millis = {name: self.millis_of(name == "fused") for name in ("foreach", "fused")}
        self.fastest = min(self.adamw_millis, key=self.adamw_millis.get)
        self.optimizer = self.adamw(self.parameters, self.fastest == "fused")
        self.alphas = torch.tensor(c["alphasCumprod"])
        size = config["sample_size"]
        height, width = size if isinstance(size, list) else (size, size)
        self.images = torch.randint(0, 256, (IMAGES, config["in_channels"], height, width), dtype=torch.uint8)
        for _ in range(c["warmUp"]):
            self.step()

    def adamw(self, parameters, fused):
        c = self.configuration
        return torch.optim.AdamW(
            parameters,
            lr=c["learningRate"],
            betas=(c["beta1"], c["beta2"]),
            eps=c["epsilon"],
            weight_decay=c["weightDecay"],
            fused=fused or None,
            foreach=None if fused else True,
        )

    def millis_of(self, fused):
        """A step of this AdamW on copies of the weights."""
        parameters = copy.deepcopy(self.parameters)
        for p in parameters:
            p.grad = torch.full_like(p, 1e-3)
        optimizer = self.adamw(parameters, fused)
        optimizer.step()
        times = []
        for _ in range(TRIALS):
            start = time.perf_counter()
            optimizer.step()
            times.append(time.perf_counter() - start)
        return 1000 * statistics.median(times)

    def hello(self):
        return {
            "name": f"PyTorch {torch.__version__}, {self.fastest} AdamW",
            "threads": torch.get_num_threads(),
            "blas": openblas.description(),
            "oneDNN": torch.backends.mkldnn.is_available(),
            "parameters": sum(p.numel() for p in self.parameters),
            "adamwMillis": self.adamw_millis,
        }

    def batch(self):
        """Noisy images, timesteps, and what the network should return."""
        size = self.configuration["batchSize"]
        images = self.variant.arrange(self.images[torch.randint(IMAGES, (size,))].float().div_(127.5).sub_(1))
        noise = torch.randn_like(images)
        timesteps = torch.randint(len(self.alphas), (size,))
        alpha = self.alphas[timesteps].view(-1, 1, 1, 1)
        signal, spread = alpha.sqrt(), (1 - alpha).sqrt()
        noisy = signal * images + spread * noise
        prediction = self.configuration["prediction"]
        if prediction == "epsilon":
            return noisy, timesteps, noise
        if prediction == "v_prediction":
            return noisy, timesteps, signal * noise - spread * images
        raise ValueError(f"prediction {prediction} has no peer")

    def step(self):
        """One step; its loss, and the seconds of its parts, in the order of PARTS."""
        c = self.configuration
        times = [time.perf_counter()]
        noisy, timesteps, target = self.batch()
        times.append(time.perf_counter())
        with torch.autocast("cpu", torch.bfloat16, enabled=c["precision"] == "BF16"):
            output = self.network(noisy, timesteps)
        loss = F.mse_loss(output.float(), target)
        times.append(time.perf_counter())
        loss.backward()
        times.append(time.perf_counter())
        clip_grad_norm_(self.parameters, c["clipNorm"])
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        with torch.no_grad():
            torch._foreach_lerp_(self.ema, self.parameters, 1 - c["emaDecay"])
        times.append(time.perf_counter())
        return loss.detach(), [after - before for before, after in zip(times, times[1:])]

    def answer(self, request):
        losses, seconds = zip(*(self.step() for _ in range(request["steps"])), strict=True)
        if not torch.stack(losses).isfinite().all():
            raise ValueError("the loss is not a number")
        millis = [[1000 * part for part in step] for step in seconds]
        answer = {name: [step[i] for step in millis] for i, name in enumerate(PARTS)}
        return {"millis": [sum(step) for step in millis], **answer}


if __name__ == "__main__":
    protocol.serve(Training)
