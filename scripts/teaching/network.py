"""The spotter's network in PyTorch, as it is taught. `assistant.hearing.phrase_spotter` computes the same in numpy."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from assistant.hearing.phrase_spotter import DILATIONS, SHARPNESS, WIDTH

ENCODER_CHANNELS = 384
CHANNELS = 64
DROPPED = 0.2


class Network(nn.Module):
    """Encoder output, shape ``(batch, positions, 384)``, to a logit per phrase, shape ``(batch, phrases)``."""

    def __init__(self, phrases: int) -> None:
        super().__init__()
        self.ln = nn.LayerNorm(ENCODER_CHANNELS)
        self.inp = nn.Linear(ENCODER_CHANNELS, CHANNELS)
        self.c = nn.ModuleList(
            [nn.Conv1d(CHANNELS, CHANNELS, WIDTH, padding=2 * step, dilation=step) for step in DILATIONS]
        )
        self.n = nn.ModuleList([nn.LayerNorm(CHANNELS) for _ in DILATIONS])
        self.out = nn.Linear(CHANNELS, phrases)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        hidden = self.inp(functional.dropout(self.ln(features), DROPPED, self.training))
        for convolution, norm in zip(self.c, self.n, strict=True):
            normed = functional.dropout(norm(hidden), DROPPED, self.training)
            hidden = hidden + functional.relu(convolution(normed.transpose(1, 2)).transpose(1, 2))
        soft: torch.Tensor = torch.logsumexp(SHARPNESS * self.out(hidden), 1) / SHARPNESS
        return soft
