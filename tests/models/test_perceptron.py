import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnfund.models import Perceptron, count_parameters

CORNERS = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
AND = torch.tensor([0, 0, 0, 1])
XOR = torch.tensor([0, 1, 1, 0])


def test_one_epoch_by_hand():
    perceptron = Perceptron(2)
    run = perceptron.fit(
        torch.tensor([[1.0, 2.0], [3.0, -1.0]]), torch.tensor([1, 0]), max_epochs=1, keep_path=True
    )
    # sample 1 scores 0, should be positive: + (1, 2, 1); then sample 2 scores 2, should not: - (3, -1, 1)
    assert run.path.tolist() == [[0, 0, 0], [1, 2, 1], [-2, 3, 0]]
    assert run.mistakes == [2]
    assert perceptron.weight.tolist() == [-2, 3]
    assert perceptron.bias.item() == 0


def test_learns_and():
    perceptron = Perceptron(2)
    run = perceptron.fit(CORNERS, AND, keep_path=True)
    assert run.converged
    assert run.mistakes[-1] == 0
    assert len(run.path) == 1 + sum(run.mistakes)
    assert torch.equal(perceptron.predict(CORNERS), AND)
    assert str(run) == f"Converged: epoch {len(run.mistakes)} made no mistake."


def test_stops_on_xor_and_says_so():
    run = Perceptron(2).fit(CORNERS, XOR, max_epochs=25)
    assert not run.converged
    assert len(run.mistakes) == 25
    assert run.path is None
    assert "25 epochs without converging" in str(run)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), features=st.integers(1, 5))
def test_converges_within_novikoffs_bound(seed, features):
    generator = torch.Generator().manual_seed(seed)
    line = torch.nn.functional.normalize(torch.randn(features + 1, generator=generator), dim=0)
    inputs = torch.randn(40, features, generator=generator)
    score = inputs @ line[:-1] + line[-1]
    wide = score.abs() > 0.1
    inputs, targets, score = inputs[wide], (score[wide] > 0).long(), score[wide]
    assume(len(inputs))
    squared_radius = inputs.square().sum(dim=1).max() + 1  # of the samples with a 1 appended for the bias
    bound = int(squared_radius / score.abs().min() ** 2)
    perceptron = Perceptron(features)
    run = perceptron.fit(inputs, targets, max_epochs=bound + 1)
    assert run.converged
    assert sum(run.mistakes) <= bound
    assert torch.equal(perceptron.predict(inputs), targets)


def test_lr_scales_the_weights_and_changes_no_decision():
    one, tenth = Perceptron(2), Perceptron(2)
    assert one.fit(CORNERS, AND, lr=1.0).mistakes == tenth.fit(CORNERS, AND, lr=0.125).mistakes
    torch.testing.assert_close(one.weight * 0.125, tenth.weight)


def test_second_fit_continues():
    perceptron = Perceptron(2)
    perceptron.fit(CORNERS, AND)
    assert perceptron.fit(CORNERS, AND).mistakes == [0]


def test_scores_are_an_affine_map():
    perceptron = Perceptron(3)
    perceptron.weight.copy_(torch.tensor([1.0, -2.0, 0.5]))
    perceptron.bias.fill_(0.25)
    inputs = torch.randn(6, 3)
    scores = perceptron(inputs)
    assert scores.shape == (6,)
    torch.testing.assert_close(scores, inputs[:, 0] - 2 * inputs[:, 1] + 0.5 * inputs[:, 2] + 0.25)
    assert torch.equal(perceptron.predict(inputs), (scores > 0).long())


def test_accepts_float_and_bool_targets():
    for targets in (AND.float(), AND.bool(), AND.to(torch.uint8)):
        assert Perceptron(2).fit(CORNERS, targets).converged


def test_state_dict_round_trip_count_and_print():
    first, second = Perceptron(2), Perceptron(2)
    first.fit(CORNERS, AND)
    second.load_state_dict(first.state_dict())
    assert torch.equal(second.predict(CORNERS), AND)
    assert count_parameters(first) == 3
    assert count_parameters(first, trainable_only=True) == 0
    assert str(first) == "Perceptron(in_features=2)"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"inputs": torch.zeros(4, 3)}, r"inputs: got shape \(4, 3\); give \(N, 2\)"),
        ({"inputs": torch.zeros(4)}, r"inputs: got shape \(4,\)"),
        ({"inputs": torch.zeros(0, 2), "targets": torch.zeros(0)}, r"inputs: got shape \(0, 2\)"),
        ({"inputs": torch.full((4, 2), torch.nan)}, "inputs: got nan or infinity"),
        ({"targets": torch.zeros(3)}, r"targets: got shape \(3,\); give \(4,\)"),
        ({"targets": torch.zeros(4, 1)}, r"targets: got shape \(4, 1\)"),
        ({"targets": 2 * AND - 1}, r"targets: got the values \[-1, 1\]; give only 0 and 1"),
        ({"lr": 0.0}, "lr: got 0.0"),
        ({"max_epochs": 0}, "max_epochs: got 0"),
    ],
)
def test_refuses(change, message):
    arguments = {"inputs": CORNERS, "targets": AND} | change
    with pytest.raises(ValueError, match=message):
        Perceptron(2).fit(**arguments)


def test_refuses_no_features():
    with pytest.raises(ValueError, match="in_features: got 0"):
        Perceptron(0)
