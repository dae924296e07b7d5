"""What a loader does when its real data is not to be had."""

import logging
from collections.abc import Callable

from nnfund.data.download import DataUnavailableError
from nnfund.data.folder import data_policy
from nnfund.data.splits import Splits
from nnfund.notices import announce


def real_or_stand_in(
    load_real: Callable[[], Splits],
    load_stand_in: Callable[[], Splits],
    *,
    missing: str,
    instead: str,
    remedy: str,
) -> Splits:
    """Load real data, or a stand-in where `NNFUND_DATA_POLICY` allows one, and say so on page and log.

    A damaged file is never a reason for the stand-in: its error reaches whoever can repair it.

    Args:
        load_real: Reads or downloads the real data; raises `DataUnavailableError` where it cannot.
        load_stand_in: Makes the stand-in.
        missing: What was asked for, such as "MNIST".
        instead: What is used, such as "the 8×8 digits of scikit-learn".
        remedy: How to get the real data: ends the sentence "To use the real data, ...".

    Raises:
        DataUnavailableError: The policy is "real", and the data is not to be had.
    """
    policy = data_policy()
    if policy == "embedded":
        reason = "was not looked for, because NNFUND_DATA_POLICY is `embedded`"
        remedy = f"unset NNFUND_DATA_POLICY and {remedy}"
    else:
        try:
            return load_real()
        except DataUnavailableError as error:
            if policy == "real":
                raise DataUnavailableError(
                    f"{missing} is not to be had, and NNFUND_DATA_POLICY is real. {error}. Remedy: {remedy}."
                ) from error
            logging.getLogger(__name__).info("%s", error)
            reason = "is not on this machine and was not downloaded"
    announce(f"{missing} {reason}, so {instead} stand in for it here; to use the real data, {remedy}.")
    return load_stand_in()
