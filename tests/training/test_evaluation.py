import pytest
import torch
from small_run import data, loader, make
from torch import nn

from nnfund.training import accuracy, evaluate


@pytest.mark.parametrize("batch_size", [1, 7, 16, 49, 50, 64])
def test_evaluate_does_not_depend_on_the_batch_size(batch_size):
    model, _ = make()
    inputs, targets = data()
    result = evaluate(
        model, loader(batch_size=batch_size), loss_fn=nn.CrossEntropyLoss(), metrics={"accuracy": accuracy}
    )
    assert result["loss"] == pytest.approx(nn.CrossEntropyLoss()(model(inputs), targets).item(), rel=1e-5)
    assert result["accuracy"] == (model(inputs).argmax(1) == targets).double().mean().item()


def test_evaluate_uses_evaluation_mode_and_restores_each_modules_mode():
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.9), nn.Linear(8, 2))
    model.train()
    model[1].eval()  # a frozen batch norm stays frozen
    before = model[1].running_mean.clone()
    first = evaluate(model, loader(), loss_fn=nn.CrossEntropyLoss())
    assert first == evaluate(model, loader(), loss_fn=nn.CrossEntropyLoss())
    assert [module.training for module in model] == [True, False, True, True]
    assert torch.equal(model[1].running_mean, before)
    with pytest.raises(RuntimeError, match="shape"):
        evaluate(model, [(torch.ones(2, 3), torch.ones(2))], loss_fn=nn.CrossEntropyLoss())
    assert model.training


def test_evaluate_makes_no_graph():
    model, _ = make()
    seen = []
    evaluate(model, loader(), loss_fn=lambda outputs, targets: seen.append(outputs) or outputs.mean())
    assert not any(outputs.requires_grad for outputs in seen)
