import pytest
from small_run import make

from nnfund.training import triangular


@pytest.mark.parametrize("warmup", [0, 0.3, 1])
@pytest.mark.parametrize("steps", [1, 2, 7, 100])
def test_triangular_reaches_its_peak_once_and_is_never_zero_in_between(steps, warmup):
    _, optimizer = make(lr=0.5)
    schedule = triangular(optimizer, steps, warmup=warmup)
    rates = []
    for _ in range(steps):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    assert min(rates) > 0
    assert rates.count(0.5) == 1


@pytest.mark.parametrize(
    ("steps", "warmup", "named"), [(0, 0.2, "steps=0"), (5, 1.5, "warmup=1.5"), (5, -1, "warmup=-1")]
)
def test_triangular_refuses(steps, warmup, named):
    with pytest.raises(ValueError, match=named):
        triangular(make()[1], steps, warmup=warmup)
