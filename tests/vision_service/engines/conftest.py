"""A small network of every operator our own networks use, as a file."""

from pathlib import Path

import pytest

torch = pytest.importorskip('torch', reason='the `torch` extra makes the networks that the engines run')


@pytest.fixture(scope='session')
def network_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from vision_service.training.export import export
    from vision_service.training.networks import Embedder

    torch.manual_seed(5)
    network = Embedder()
    file = tmp_path_factory.mktemp('network') / 'network.onnx'
    for each in network.modules():  # running figures of a network that has seen something
        if isinstance(each, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(each.running_var, 0.5, 2.0)
            torch.nn.init.normal_(each.running_mean, 0.0, 0.1)
    export(network, torch.zeros(2, 3, 128, 64), file)
    torch.save(network.state_dict(), file.with_suffix('.pt'))
    return file
