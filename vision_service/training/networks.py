"""The networks that are trained here: plain 3 × 3 convolutions, which every engine runs fast, sparse and in INT8."""

from torch import Tensor, nn

SIZE = 256
STAGES = ((32, 2), (64, 2), (96, 2), (96, 1), (160, 2), (160, 1))


def block(inside: int, outside: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, stride, 1, bias=False), nn.BatchNorm2d(outside), nn.ReLU(inplace=True)
    )


class Embedder(nn.Module):
    """RGB crops `(n, 3, 128, 64)` in 0..1 → vectors `(n, 256)`; four bands from head to foot are looked at apart."""

    def __init__(self) -> None:
        super().__init__()
        layers, inside = [], 3
        for outside, stride in STAGES:
            layers.append(block(inside, outside, stride))
            inside = outside
        self.body = nn.Sequential(*layers)
        self.bands = nn.AvgPool2d((2, 4))
        self.neck = nn.Linear(inside * 4, SIZE)

    def forward(self, pictures: Tensor) -> Tensor:
        bands = self.bands(self.body((pictures - 0.45) * 4.0))
        return self.neck(bands.flatten(1))
