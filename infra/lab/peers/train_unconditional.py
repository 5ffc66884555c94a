"""A training script as diffusers' examples have it (train_unconditional.py): the peer of `saddle bench run`.

Epochs over shuffled images, noise and timesteps drawn in the loop, mean squared error, clipping, AdamW with a schedule, an
exponential average of the weights as diffusers' EMAModel; after so many steps images are drawn from the average. Asked for
`steps`, it trains as many more, writes `images` of them to `file` as float32 and answers with the step that it has reached.
"""

import copy
import json
import math
from pathlib import Path

import openblas  # noqa: I001  before torch
import torch
import torch.nn.functional as F
from torch.nn.utils import clip_grad_norm_
from torch.utils.data import DataLoader, TensorDataset

import protocol
import safetensors_file
from sample import SAMPLERS, Process, autocast
from unet2d import UNet2DModel
from variants import Variant

openblas.beside_openmp()


class Script:
    def __init__(self, configuration):
        c = self.configuration = configuration
        torch.set_num_threads(c["threads"])
        torch.manual_seed(c["seed"])
        folder = Path(c["model"])
        config = json.loads((folder / "unet" / "config.json").read_text())
        self.model = UNet2DModel(config)
        self.model.load_state_dict(safetensors_file.load(folder / "unet" / "diffusion_pytorch_model.safetensors"))
        self.average = copy.deepcopy(self.model).requires_grad_(False).eval()
        self.variant = Variant(c["variant"])
        self.network = self.variant.prepare(self.model)
        self.sampled = self.variant.prepare(self.average)
        self.parameters = list(self.model.parameters())
        self.optimizer = torch.optim.AdamW(
            self.parameters,
            lr=c["learningRate"],
            betas=(c["beta1"], c["beta2"]),
            eps=c["epsilon"],
            weight_decay=c["weightDecay"],
            fused=True,
        )
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, self.rate)
        self.process = Process(json.loads((folder / "scheduler" / "scheduler_config.json").read_text()))
        self.alphas = torch.tensor(c["alphasCumprod"])
        pixels = torch.frombuffer(bytearray(Path(c["data"]).read_bytes()), dtype=torch.float32)
        size = config["sample_size"]
        self.shape = (config["in_channels"], *(size if isinstance(size, list) else (size, size)))
        self.loader = DataLoader(
            TensorDataset(pixels.view(-1, *self.shape)), batch_size=c["batchSize"], shuffle=True, drop_last=True
        )
        self.batches = self.forever()
        self.done = 0

    def rate(self, step):
        """Of the learning rate: a linear warm-up, then constant or a half cosine, as diffusers' get_scheduler has them."""
        warm_up, total = self.configuration["warmUpSteps"], self.configuration["totalSteps"]
        if step < warm_up:
            return (step + 1) / warm_up
        if not self.configuration["cosine"]:
            return 1
        return (1 + math.cos(math.pi * min(1, (step - warm_up) / (total - warm_up)))) / 2

    def forever(self):
        while True:
            for (images,) in self.loader:
                yield images

    def hello(self):
        return {
            "name": f"PyTorch {torch.__version__}, a plain script",
            "threads": torch.get_num_threads(),
            "blas": openblas.description(),
            "parameters": sum(p.numel() for p in self.parameters),
        }

    def step(self):
        c = self.configuration
        images = self.variant.arrange(next(self.batches))
        noise = torch.randn_like(images)
        timesteps = torch.randint(len(self.alphas), (len(images),))
        alpha = self.alphas[timesteps].view(-1, 1, 1, 1)
        signal, spread = alpha.sqrt(), (1 - alpha).sqrt()
        noisy = signal * images + spread * noise
        target = noise if c["prediction"] == "epsilon" else signal * noise - spread * images
        with torch.autocast("cpu", torch.bfloat16, enabled=c["precision"] == "BF16"):
            output = self.network(noisy, timesteps)
        loss = F.mse_loss(output.float(), target)
        loss.backward()
        clip_grad_norm_(self.parameters, c["clipNorm"])
        self.optimizer.step()
        self.schedule.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.done += 1
        decay = min(c["emaDecay"], (1 + self.done) / (10 + self.done))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.average.parameters()), self.parameters, 1 - decay)
        return loss.detach()

    @torch.inference_mode()
    def draw(self, count):
        c = self.configuration
        network = autocast(self.sampled) if c["precision"] == "BF16" else self.sampled
        sampler = SAMPLERS[c["sampler"]]
        parts = []
        for i in range(0, count, c["batchSize"]):
            noise = self.variant.arrange(torch.randn(min(c["batchSize"], count - i), *self.shape))
            parts.append(sampler(self.process, network, noise, c["samplerSteps"]))
        return torch.cat(parts).contiguous()

    def answer(self, request):
        losses = [self.step() for _ in range(request["steps"])]
        mean = torch.stack(losses).mean().item()
        if mean != mean:
            raise ValueError("the loss is not a number")
        Path(request["file"]).write_bytes(self.draw(request["images"]).numpy().tobytes())
        return {"step": self.done, "meanLoss": mean}


if __name__ == "__main__":
    protocol.serve(Script)
