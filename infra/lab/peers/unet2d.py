"""A UNet2DModel in plain PyTorch: takes diffusers' config.json and has diffusers' parameter names, so that weights pass
between diffusers, this module and saddle. saddle is measured against it, in exactness and in speed.

    python3 unet2d.py FOLDER IO.safetensors     # the difference between the network's output and the file's
"""

import json
import math
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

SUPPORTED = {
    "time_embedding_type": ("positional",),
    "mid_block_type": ("UNetMidBlock2D", None),
    "downsample_type": ("conv",),
    "upsample_type": ("conv",),
    "act_fn": ("silu", "swish"),
    "resnet_time_scale_shift": ("default",),
    "attention_legacy_order": (False,),
    "class_embed_type": (None,),
    "num_class_embeds": (None,),
}
DEFAULTS = {
    "sample_size": None,
    "in_channels": 3,
    "out_channels": 3,
    "center_input_sample": False,
    "time_embedding_dim": None,
    "freq_shift": 0,
    "flip_sin_to_cos": True,
    "down_block_types": ("DownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D"),
    "mid_block_type": "UNetMidBlock2D",
    "up_block_types": ("AttnUpBlock2D", "AttnUpBlock2D", "AttnUpBlock2D", "UpBlock2D"),
    "block_out_channels": (224, 448, 672, 896),
    "layers_per_block": 2,
    "mid_block_scale_factor": 1,
    "downsample_padding": 1,
    "dropout": 0.0,
    "attention_head_dim": 8,
    "norm_num_groups": 32,
    "attn_norm_num_groups": None,
    "norm_eps": 1e-5,
    "add_attention": True,
}


class TimeEmbedding(nn.Module):
    """Sines and cosines of the timestep at geometrically spaced frequencies, then two linear layers."""

    def __init__(self, width, out, flip_sin_to_cos, freq_shift):
        super().__init__()
        self.width = width
        self.flip_sin_to_cos = flip_sin_to_cos
        self.freq_shift = freq_shift
        self.linear_1 = nn.Linear(width, out)
        self.linear_2 = nn.Linear(out, out)

    def forward(self, timesteps):
        half = self.width // 2
        exponent = -math.log(10000) * torch.arange(half, dtype=torch.float32, device=timesteps.device)
        frequencies = torch.exp(exponent / (half - self.freq_shift))
        angles = timesteps[:, None].float() * frequencies[None, :]
        waves = (angles.cos(), angles.sin()) if self.flip_sin_to_cos else (angles.sin(), angles.cos())
        embedding = F.pad(torch.cat(waves, dim=-1), (0, self.width % 2))
        return self.linear_2(F.silu(self.linear_1(embedding.to(self.linear_1.weight.dtype))))


class ResnetBlock(nn.Module):
    def __init__(self, in_channels, out_channels, time_width, groups, eps, dropout, scale=1.0):
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, in_channels, eps=eps)
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1)
        self.time_emb_proj = nn.Linear(time_width, out_channels)
        self.norm2 = nn.GroupNorm(groups, out_channels, eps=eps)
        self.dropout = nn.Dropout(dropout)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.conv_shortcut = nn.Conv2d(in_channels, out_channels, 1) if in_channels != out_channels else None
        self.scale = scale

    def forward(self, x, time):
        h = self.conv1(F.silu(self.norm1(x)))
        h = h + self.time_emb_proj(F.silu(time))[:, :, None, None]
        h = self.conv2(self.dropout(F.silu(self.norm2(h))))
        if self.conv_shortcut is not None:
            x = self.conv_shortcut(x)
        return (x + h) / self.scale


def attention_in_fp32(q, k, v):
    """libtorch's attention on the CPU is slow in bfloat16 for narrow heads."""
    with torch.autocast(q.device.type, enabled=False):
        return F.scaled_dot_product_attention(q.float(), k.float(), v.float()).to(q.dtype)


def attention_of_folded_heads(q, k, v):
    """Heads as rows of the batch, two matrix products and a softmax, as diffusers' AttnProcessor without PyTorch 2's function."""
    heads = q.shape[:2]
    q, k, v = (x.flatten(0, 1) for x in (q, k, v))
    scores = torch.bmm(q * q.shape[-1] ** -0.5, k.transpose(1, 2))
    return torch.bmm(scores.softmax(dim=-1).to(v.dtype), v).unflatten(0, heads)


ATTENTIONS = {
    "as-it-comes": F.scaled_dot_product_attention,
    "fp32": attention_in_fp32,
    "folded": attention_of_folded_heads,
}


class Attention(nn.Module):
    """Self-attention over the pixels; the heads' joint width is less than the channels where head_dim does not divide them."""

    attend = staticmethod(F.scaled_dot_product_attention)

    def __init__(self, channels, head_dim, groups, eps, scale=1.0):
        super().__init__()
        self.heads = channels // head_dim
        inner = self.heads * head_dim
        self.group_norm = nn.GroupNorm(groups, channels, eps=eps)
        self.to_q = nn.Linear(channels, inner)
        self.to_k = nn.Linear(channels, inner)
        self.to_v = nn.Linear(channels, inner)
        self.to_out = nn.ModuleList([nn.Linear(inner, channels)])
        self.scale = scale

    def forward(self, x):
        batch, channels, height, width = x.shape
        pixels = self.group_norm(x).flatten(2).transpose(1, 2)
        q, k, v = (
            layer(pixels).unflatten(2, (self.heads, -1)).transpose(1, 2) for layer in (self.to_q, self.to_k, self.to_v)
        )
        mixed = self.attend(q, k, v)
        out = self.to_out[0](mixed.transpose(1, 2).flatten(2))
        return (out.transpose(1, 2).reshape(batch, channels, height, width) + x) / self.scale


class Downsample(nn.Module):
    def __init__(self, channels, padding):
        super().__init__()
        self.padding = padding
        self.conv = nn.Conv2d(channels, channels, 3, stride=2, padding=padding)

    def forward(self, x):
        return self.conv(F.pad(x, (0, 1, 0, 1)) if self.padding == 0 else x)


class Upsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class DownBlock(nn.Module):
    def __init__(self, resnets, attentions, downsampler):
        super().__init__()
        self.resnets = nn.ModuleList(resnets)
        self.attentions = nn.ModuleList(attentions) if attentions else None
        self.downsamplers = nn.ModuleList([downsampler]) if downsampler else None

    def forward(self, x, time):
        skips = []
        for i, resnet in enumerate(self.resnets):
            x = resnet(x, time)
            if self.attentions is not None:
                x = self.attentions[i](x)
            skips.append(x)
        if self.downsamplers is not None:
            x = self.downsamplers[0](x)
            skips.append(x)
        return x, skips


class MidBlock(nn.Module):
    def __init__(self, resnets, attentions):
        super().__init__()
        self.resnets = nn.ModuleList(resnets)
        self.attentions = nn.ModuleList(attentions)

    def forward(self, x, time):
        x = self.resnets[0](x, time)
        for attention in self.attentions:
            x = attention(x)
        return self.resnets[1](x, time)


class UpBlock(nn.Module):
    def __init__(self, resnets, attentions, upsampler):
        super().__init__()
        self.resnets = nn.ModuleList(resnets)
        self.attentions = nn.ModuleList(attentions) if attentions else None
        self.upsamplers = nn.ModuleList([upsampler]) if upsampler else None

    def forward(self, x, skips, time):
        for i, resnet in enumerate(self.resnets):
            x = resnet(torch.cat([x, skips.pop()], dim=1), time)
            if self.attentions is not None:
                x = self.attentions[i](x)
        return x if self.upsamplers is None else self.upsamplers[0](x)


class UNet2DModel(nn.Module):
    """
    sample [B, C, H, W] and timestep (a number, [], [1] or [B]) -> [B, C', H, W]; H and W are multiples of 2^(levels - 1).
    """

    def __init__(self, config):
        super().__init__()
        for key, value in config.items():
            if key in SUPPORTED and value not in SUPPORTED[key]:
                raise ValueError(f"{key}: {value!r} is not supported, only {SUPPORTED[key]}")
        c = DEFAULTS | config
        channels, layers = c["block_out_channels"], c["layers_per_block"]
        groups, eps, head_dim = c["norm_num_groups"], c["norm_eps"], c["attention_head_dim"]
        time_width = c["time_embedding_dim"] or 4 * channels[0]
        self.center_input_sample = c["center_input_sample"]

        def resnet(in_channels, out_channels, scale=1.0):
            return ResnetBlock(in_channels, out_channels, time_width, groups, eps, c["dropout"], scale)

        def attentions(block_type, width, count):
            if block_type in ("DownBlock2D", "UpBlock2D"):
                return []
            if block_type not in ("AttnDownBlock2D", "AttnUpBlock2D"):
                raise ValueError(f"{block_type} is not supported")
            return [Attention(width, head_dim or width, groups, eps) for _ in range(count)]

        self.conv_in = nn.Conv2d(c["in_channels"], channels[0], 3, padding=1)
        self.time_embedding = TimeEmbedding(channels[0], time_width, c["flip_sin_to_cos"], c["freq_shift"])
        skip_channels = [channels[0]]
        self.down_blocks = nn.ModuleList()
        previous = channels[0]
        for level, (block_type, width) in enumerate(zip(c["down_block_types"], channels, strict=True)):
            last = level == len(channels) - 1
            self.down_blocks.append(
                DownBlock(
                    [resnet(previous if i == 0 else width, width) for i in range(layers)],
                    attentions(block_type, width, layers),
                    None if last else Downsample(width, c["downsample_padding"]),
                )
            )
            skip_channels += [width] * (layers if last else layers + 1)
            previous = width
        if c["mid_block_type"] is None:
            self.mid_block = None
        else:
            scale = c["mid_block_scale_factor"]
            attention_groups = groups if c["attn_norm_num_groups"] is None else c["attn_norm_num_groups"]
            self.mid_block = MidBlock(
                [resnet(previous, previous, scale), resnet(previous, previous, scale)],
                [Attention(previous, head_dim or previous, attention_groups, eps, scale)] if c["add_attention"] else [],
            )
        self.up_blocks = nn.ModuleList()
        for level, (block_type, width) in enumerate(zip(c["up_block_types"], reversed(channels), strict=True)):
            ins = [(previous if i == 0 else width) + skip_channels.pop() for i in range(layers + 1)]
            self.up_blocks.append(
                UpBlock(
                    [resnet(in_channels, width) for in_channels in ins],
                    attentions(block_type, width, layers + 1),
                    None if level == len(channels) - 1 else Upsample(width),
                )
            )
            previous = width
        self.conv_norm_out = nn.GroupNorm(groups, channels[0], eps=eps)
        self.conv_out = nn.Conv2d(channels[0], c["out_channels"], 3, padding=1)

    def forward(self, sample, timestep):
        if self.center_input_sample:
            sample = 2 * sample - 1.0
        timestep = torch.as_tensor(timestep, device=sample.device)
        time = self.time_embedding(timestep.expand(sample.shape[0]))
        x = self.conv_in(sample)
        skips = [x]
        for block in self.down_blocks:
            x, more = block(x, time)
            skips += more
        if self.mid_block is not None:
            x = self.mid_block(x, time)
        for block in self.up_blocks:
            x = block(x, skips, time)
        return self.conv_out(F.silu(self.conv_norm_out(x)))


def gradient_norm(model):
    """The L2 norm over all parameters' gradients, in float64."""
    return math.sqrt(sum(p.grad.double().square().sum().item() for p in model.parameters() if p.grad is not None))


def main(folder, io_file):
    import safetensors_file

    folder = Path(folder)
    folder = folder / "unet" if (folder / "model_index.json").exists() else folder
    model = UNet2DModel(json.loads((folder / "config.json").read_text()))
    model.load_state_dict(safetensors_file.load(folder / "diffusion_pytorch_model.safetensors"))
    model.eval()
    io = safetensors_file.load(io_file)
    output = model(io["sample"], io["timestep"])
    print("largest absolute difference", (output - io["output"]).abs().max().item())
    if "target" in io:
        loss = F.mse_loss(output, io["target"])
        loss.backward()
        print("loss", loss.item(), "gradient norm", gradient_norm(model))


if __name__ == "__main__":
    main(*sys.argv[1:])
