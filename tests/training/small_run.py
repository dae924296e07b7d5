"""What the tests of training train: a network of two layers on fifty points."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def data(n=50, seed=0):
    generator = torch.Generator().manual_seed(seed)
    inputs = torch.randn(n, 4, generator=generator)
    return inputs, (inputs[:, 0] > 0).long()


def loader(n=50, batch_size=16, shuffle=False):
    generator = torch.Generator().manual_seed(1)
    return DataLoader(TensorDataset(*data(n)), batch_size=batch_size, shuffle=shuffle, generator=generator)


def make(lr=0.1):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    return model, torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
