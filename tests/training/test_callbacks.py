import math

import pytest
from small_run import loader, make
from torch import nn

from nnfund.training import Callback, ClipGradients, fit


def test_clipping_limits_the_joint_norm():
    model, optimizer = make()
    norms = []

    class Record(Callback):
        def before_step(self, run):
            norms.append(math.sqrt(sum(p.grad.square().sum().item() for p in run.model.parameters())))

    def train(callbacks):
        norms.clear()
        fit(
            model, loader(), loss_fn=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=1, callbacks=callbacks
        )
        return max(norms)

    assert train([Record()]) > 0.01
    assert train([ClipGradients(0.01), Record()]) <= 0.01 + 1e-6
    with pytest.raises(ValueError, match="max_norm=0"):
        ClipGradients(0)
