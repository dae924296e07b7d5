"""How many batches?"""


def count_batches(n: int, batch_size: int, drop_last: bool) -> int:
    """Return how many batches a loader over n samples gives."""
    full = n // batch_size
    is_rest = n % batch_size > 0
    return full + (is_rest and not drop_last)  # True counts as 1
