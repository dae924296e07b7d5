import numpy as np
import pytest
import torch

from nnfund import claim
from nnfund.claims import FalseClaim


@pytest.mark.parametrize("true", [True, np.bool_(True), torch.tensor(True), torch.tensor([1.0]) > 0])
def test_a_true_claim_is_printed_in_a_script(true, capsys):
    claim("Two and two make 4.", true)
    assert capsys.readouterr().out == "✓ Two and two make 4.\n"


@pytest.mark.parametrize("false", [False, np.bool_(False), torch.tensor(False)])
def test_a_false_claim_raises_with_its_text_and_prints_nothing(false, capsys):
    with pytest.raises(FalseClaim, match="Two and two make 5"):
        claim("Two and two make 5.", false)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "unclear",
    [1, 0.3, "yes", None, [True, True], torch.tensor([True, False]), np.array([True, True]), torch.ones(1)],
)
def test_what_is_neither_true_nor_false_is_refused_by_name(unclear):
    with pytest.raises(TypeError, match=f"holds must be True or False, got {type(unclear).__name__}"):
        claim("Something.", unclear)


@pytest.mark.parametrize("text", ["", "  ", None, 3])
def test_a_claim_needs_a_sentence(text):
    with pytest.raises(ValueError, match="text must be a sentence"):
        claim(text, True)
