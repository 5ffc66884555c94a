"""Makes what the tests of the clean resize and of Inception features need.

    python3 src/test/python/inception_fixtures.py

resize.json: numbers of PIL's bicubic resize of float images, clipped. stand-in.pt: a small TorchScript module with the signature and the
resampling of inception-2015-12-05.pt. features.json: its features as clean-fid would compute them. other-*.pt: modules that do
not fit.
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

SIDE = 299
SHOWN = [0, 1, 2, 7, 31, 74, 149, 150, 211, 254, 296, 297, 298]
folder = Path(__file__).resolve().parents[1] / "resources" / "inception"


def pattern(channels, height, width):
    """The image of the Java tests: uint8, [height, width, channels]."""
    c, y, x = np.meshgrid(np.arange(channels), np.arange(height), np.arange(width), indexing="ij")
    image = (x * 7 + y * 13 + (x * y) % 31 * 5 + (x // 9 + y // 5) % 2 * 90 + c * 50) % 256
    return image.transpose(1, 2, 0).astype(np.uint8)


def clean_resize(image):
    channels = [
        np.asarray(Image.fromarray(image[:, :, c].astype(np.float32), mode="F").resize((SIDE, SIDE), Image.BICUBIC))
        for c in range(image.shape[2])
    ]
    return np.stack(channels).clip(0, 255)


class StandIn(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Conv2d(3, 6, 5, stride=4), torch.nn.BatchNorm2d(6), torch.nn.ReLU(), torch.nn.AdaptiveAvgPool2d(2)
        )
        self.output = torch.nn.Linear(24, 10)

    def forward(
        self, img: torch.Tensor, return_features: bool = False, use_fp16: bool = False, no_output_bias: bool = False
    ) -> torch.Tensor:
        batch, channels, height, width = img.shape
        assert channels == 3
        theta = torch.eye(2, 3)
        theta[0, 2] += theta[0, 0] / width - theta[0, 0] / 299
        theta[1, 2] += theta[1, 1] / height - theta[1, 1] / 299
        grid = F.affine_grid(theta.unsqueeze(0).repeat([batch, 1, 1]), [batch, channels, 299, 299], align_corners=False)
        x = F.grid_sample(img, grid, mode="bilinear", padding_mode="border", align_corners=False)
        x = (x - 128) / 128
        features = torch.flatten(self.layers(x), 1)
        if return_features:
            return features
        return torch.softmax(self.output(features), 1)


class OneArgument(torch.nn.Module):
    def forward(self, img: torch.Tensor) -> torch.Tensor:
        return img.mean(3).mean(2)


class Maps(torch.nn.Module):
    def forward(self, img: torch.Tensor, return_features: bool = False) -> torch.Tensor:
        return F.adaptive_avg_pool2d(img, 4)


def write(name, content):
    with open(folder / name, "w") as file:
        json.dump(content, file)
        file.write("\n")


cases = []
for channels, height, width in [(1, 28, 28), (3, 32, 32), (3, 512, 512), (1, 200, 450), (3, 299, 299)]:
    resized = clean_resize(pattern(channels, height, width))
    values = [float(v) for v in resized[:, SHOWN][:, :, SHOWN].ravel()]
    cases.append({"channels": channels, "height": height, "width": width, "values": values})
write("resize.json", {"shown": SHOWN, "cases": cases})

torch.manual_seed(5)
module = StandIn()
with torch.no_grad():
    module.layers[1].running_mean.uniform_(-0.2, 0.2)
    module.layers[1].running_var.uniform_(0.5, 1.5)
module.eval()
torch.jit.script(module).save(folder / "stand-in.pt")
torch.jit.script(OneArgument()).save(folder / "other-signature.pt")
torch.jit.script(Maps()).save(folder / "other-shape.pt")

expected = []
for channels, height, width in [(1, 28, 28), (3, 48, 64)]:
    image = clean_resize(pattern(channels, height, width))
    image = torch.from_numpy(np.repeat(image, 3 // channels, axis=0))[None]
    with torch.no_grad():
        # As clean-fid: the layers on the resized image, without the resampling inside.
        features = torch.flatten(module.layers((image - 128) / 128), 1)
        inside = module(image, return_features=True)
    print("resampling at 299x299 changes features by at most", float((features - inside).abs().max()))
    expected.append({"channels": channels, "height": height, "width": width, "features": features[0].tolist()})
write("features.json", expected)
