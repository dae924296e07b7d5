"""Split by patient, not by image.

Level: advanced
Page: 11_data_loading

Several samples come from the same patient. If some of them are in the training set and others in the
validation set, a network can recognise the patient instead of the disease. So it is the *groups* that must
be drawn. `groups`, of shape (N,), says which group each sample belongs to, as any whole numbers. Return the
indices of the training samples and those of the validation samples, two int64 tensors, such that

- each sample is in exactly one of the two, and no group is in both;
- `round(val_share * number of groups)` groups are in the validation set, drawn at random;
- the same `seed` gives the same split, another `seed` another one, and PyTorch's own random numbers
  (`torch.manual_seed`) are neither used nor disturbed.
"""

import torch
from torch import Tensor


def split_by_group(groups: Tensor, val_share: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return the indices of the training samples and of the validation samples."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case

PARTS = {
    "gives two int64 tensors of indices": True,
    "each sample is in exactly one part": True,
    "no group is in both parts": True,
}
DRAW = {
    "same seed, same split": True,
    "another seed, another split": True,
    "PyTorch's own random numbers go on undisturbed": True,
}


def checks(answer):
    def parts(groups, val_share, seed):
        """What kind of parts split_by_group(groups, val_share, seed) returns"""
        both = answer.split_by_group(groups, val_share, seed)
        fits = all(isinstance(part, Tensor) and part.dtype == torch.int64 for part in both)
        train, val = (torch.as_tensor(part).tolist() for part in both)
        once = sorted(train + val) == list(range(len(groups)))
        seen = [{groups[i].item() for i in part if 0 <= i < len(groups)} for part in (train, val)]
        return dict(zip(PARTS, (fits, once, not seen[0] & seen[1]), strict=True))

    def number(groups, val_share, seed):
        """The number of groups in the validation set of split_by_group(groups, val_share, seed)"""
        return len(set(groups[answer.split_by_group(groups, val_share, seed)[1]].tolist()))

    def draw(groups, val_share, seed):
        """How split_by_group(groups, val_share, seed) draws; called several times"""
        torch.manual_seed(1)
        undisturbed = torch.rand(1)
        torch.manual_seed(1)
        first = answer.split_by_group(groups, val_share, seed)[1]
        found = bool(torch.rand(1) == undisturbed)
        again = answer.split_by_group(groups, val_share, seed)[1]
        others = [answer.split_by_group(groups, val_share, seed + k)[1] for k in range(1, 6)]
        sets = [set(torch.as_tensor(part).tolist()) for part in (first, again, *others)]
        values = (sets[0] == sets[1], any(sets[0] != other for other in sets[2:]), found)
        return dict(zip(DRAW, values, strict=True))

    small, large = torch.tensor([7, 7, 3, 12, 3, 7, 5, 12, 5, 5, 5, 7]), torch.randint(100, 130, (200,))
    for groups, val_share in ((small, 0.4), (large, 0.2)):
        yield Case(parts, groups, val_share, 0, expected=PARTS)
        yield Case(number, groups, val_share, 0, expected=round(val_share * len(groups.unique())))
    yield Case(draw, torch.arange(40) // 4, 0.3, 0, expected=DRAW)


def cut(groups, val_share, order):
    val_groups = order[: round(val_share * len(order))]
    in_val = torch.isin(groups, val_groups)
    return torch.where(~in_val)[0], torch.where(in_val)[0]


def shuffled(values, seed):
    return values[torch.randperm(len(values), generator=torch.Generator().manual_seed(seed))]


def by_sample(groups, val_share, seed):
    """It is the samples that were drawn, so most groups are in both parts. Draw from `groups.unique()`,
    and let each sample follow its group.
    """
    order = shuffled(torch.arange(len(groups)), seed)
    count = round(val_share * len(groups))
    return order[count:], order[:count]


def not_drawn(groups, val_share, seed):
    """Every seed gives the same split: the groups were cut in their order, not drawn. Permute them
    first, with a `torch.Generator` that was given the seed.
    """
    return cut(groups, val_share, groups.unique())


def without_seed(groups, val_share, seed):
    """The same seed gave two splits. `torch.randperm` draws from PyTorch's own random numbers, unless
    you hand it a generator with your seed.
    """
    unique = groups.unique()
    return cut(groups, val_share, unique[torch.randperm(len(unique))])


def manual_seed(groups, val_share, seed):
    """The split is right, and `torch.manual_seed` inside it sets *all* random numbers of the program
    back. Make a generator of your own: `torch.Generator().manual_seed(seed)`.
    """
    torch.manual_seed(seed)
    unique = groups.unique()
    return cut(groups, val_share, unique[torch.randperm(len(unique))])


def rounded_down(groups, val_share, seed):
    """There is a group too few in the validation set: `int` cuts off. The task says `round`."""
    order = shuffled(groups.unique(), seed)
    in_val = torch.isin(groups, order[: int(val_share * len(order))])
    return torch.where(~in_val)[0], torch.where(in_val)[0]


def lists(groups, val_share, seed):
    """The parts are right, and come as lists; tensors of indices are asked."""
    train, val = cut(groups, val_share, shuffled(groups.unique(), seed))
    return train.tolist(), val.tolist()


def groups_themselves(groups, val_share, seed):
    """These are the groups. The indices of the samples are asked: where in `groups` do they stand?"""
    order = shuffled(groups.unique(), seed)
    count = round(val_share * len(order))
    return order[count:], order[:count]


def masks(groups, val_share, seed):
    """These are masks of True and False. `torch.where(mask)[0]` gives the indices where a mask is True."""
    in_val = torch.isin(groups, shuffled(groups.unique(), seed)[: round(val_share * len(groups.unique()))])
    return ~in_val, in_val


def swapped(groups, val_share, seed):
    """The two parts are swapped: the training samples come first."""
    train, val = cut(groups, val_share, shuffled(groups.unique(), seed))
    return val, train


MISTAKES = [
    by_sample,
    not_drawn,
    without_seed,
    manual_seed,
    rounded_down,
    lists,
    groups_themselves,
    masks,
    swapped,
]
