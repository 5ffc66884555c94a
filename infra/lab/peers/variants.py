"""The ways to run the same network in PyTorch that `saddle bench` lets compete: layout of the memory, attention, compiler."""

import torch

import inductor
from unet2d import ATTENTIONS, Attention

CHANNELS_LAST = "channels-last"


class Variant:
    """
    `variant`: {"layout": "contiguous" or "channels-last", "attention": a key of ATTENTIONS, "compiled": true or false}.
    What malloc is told is the process's environment, which is not set from here.
    """

    def __init__(self, variant):
        self.channels_last = variant["layout"] == CHANNELS_LAST
        self.attend = ATTENTIONS[variant["attention"]]
        self.compiled = variant["compiled"]

    def prepare(self, model):
        """What is to be called in place of the model, whose weights stay the model's own."""
        for module in model.modules():
            if isinstance(module, Attention):
                module.attend = self.attend
        if self.channels_last:
            model.to(memory_format=torch.channels_last)
        return inductor.compiled(model, self.channels_last) if self.compiled else model

    def arrange(self, images):
        """Images as the model reads them without a copy of its own."""
        return images.contiguous(memory_format=torch.channels_last) if self.channels_last else images
