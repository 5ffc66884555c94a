"""Makes src/test/resources/unet2d: small networks of infra/lab/peers/unet2d.py with an input, the output, and the loss and gradient
norm for a target.

    python3 src/test/python/unet_fixtures.py
"""

import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

MODULE = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(MODULE.parents[2] / "infra" / "bench"))

import safetensors_file  # noqa: E402
from unet2d import UNet2DModel, gradient_norm  # noqa: E402

OLD_NAMES = {".to_q.": ".query.", ".to_k.": ".key.", ".to_v.": ".value.", ".to_out.0.": ".proj_attn."}


def blocks(down, up):
    """D or U: without attention, A: with."""
    return {
        "down_block_types": ["AttnDownBlock2D" if b == "A" else "DownBlock2D" for b in down],
        "up_block_types": ["AttnUpBlock2D" if b == "A" else "UpBlock2D" for b in up],
    }


CASES = {
    # Heads that do not divide the channels, one head wider than a level without attention.
    "uneven-heads": (
        blocks("DAA", "AAU")
        | {"block_out_channels": [4, 8, 12], "attention_head_dim": 5, "layers_per_block": 1, "norm_num_groups": 4}
        | {"attn_norm_num_groups": 3, "in_channels": 1, "out_channels": 1, "sample_size": 16},
        (2, 1, 16, 16),
        torch.tensor([3, 977]),
    ),
    # Attention everywhere, a single head, three levels of two layers.
    "attention-everywhere": (
        blocks("AAA", "AAA")
        | {"block_out_channels": [4, 6, 8], "attention_head_dim": None, "layers_per_block": 2, "norm_num_groups": 2}
        | {"time_embedding_dim": 10, "sample_size": None, "norm_eps": 1e-6},
        (2, 3, 8, 8),
        torch.tensor([412], dtype=torch.int32),
    ),
    # Padding on two sides, no attention, an odd width of the time embedding, images that are not square.
    "padding-0": (
        blocks("DDD", "UUU")
        | {"block_out_channels": [5, 10, 10], "downsample_padding": 0, "add_attention": False, "norm_num_groups": 5}
        | {"freq_shift": 1, "flip_sin_to_cos": False, "center_input_sample": True, "layers_per_block": 1}
        | {"mid_block_scale_factor": 2**0.5, "in_channels": 2, "out_channels": 3, "sample_size": [12, 20]},
        (2, 2, 12, 20),
        torch.tensor([0.25, 731.5]),
    ),
    # No middle, the attention's names of old checkpoints, one level only.
    "old-names": (
        blocks("A", "A")
        | {"block_out_channels": [12], "mid_block_type": None, "attention_head_dim": 4, "norm_num_groups": 3}
        | {"layers_per_block": 1, "in_channels": 3, "out_channels": 3, "sample_size": 7, "act_fn": "swish"},
        (1, 3, 7, 9),
        torch.tensor(88),
    ),
}


def main():
    for seed, (name, (config, shape, timestep)) in enumerate(CASES.items()):
        torch.manual_seed(seed)
        model = UNet2DModel(config).eval()
        with torch.no_grad():
            for key, parameter in model.named_parameters():
                if "norm" in key:
                    parameter.add_(0.3 * torch.randn_like(parameter))
        sample = torch.randn(shape)
        output = model(sample, timestep)
        target = torch.randn_like(output)
        loss = F.mse_loss(output, target)
        loss.backward()
        weights = model.state_dict()
        if name == "old-names":
            for new, old in OLD_NAMES.items():
                weights = {key.replace(new, old): value for key, value in weights.items()}
        folder = MODULE / "src" / "test" / "resources" / "unet2d" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.json").write_text(json.dumps({"_class_name": "UNet2DModel"} | config, indent=2) + "\n")
        safetensors_file.save(folder / "diffusion_pytorch_model.safetensors", weights)
        recorded = {"sample": sample, "timestep": timestep, "output": output, "target": target, "loss": loss}
        safetensors_file.save(
            folder / "io.safetensors", recorded | {"grad_norm": torch.tensor(gradient_norm(model), dtype=torch.float64)}
        )


if __name__ == "__main__":
    main()
