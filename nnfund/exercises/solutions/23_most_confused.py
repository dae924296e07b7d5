"""Which mistake is the most frequent?"""

from torch import Tensor


def most_confused(matrix: Tensor, classes: list[str]) -> tuple[str, str]:
    """Return the true and the predicted class of the most frequent mistake."""
    wrong = matrix.clone()
    wrong.fill_diagonal_(0)  # right answers are no confusions
    row, column = divmod(wrong.argmax().item(), len(classes))  # argmax counts through all rows
    return classes[row], classes[column]
