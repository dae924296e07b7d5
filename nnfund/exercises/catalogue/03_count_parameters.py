"""Count the parameters of a network.

Level: basic
Page: 03_neurons

`count([784, 128, 10])` is the number of parameters of a fully connected network with 784 inputs,
128 hidden neurons, and 10 outputs: all its weights and all its biases. The list has two sizes or
more. Compute the number from the sizes; do not build the network.
"""


def count(sizes: list[int]) -> int:
    """Return how many weights and biases a network with layers of these sizes has."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from itertools import pairwise

from nnfund.exercises import Case


def checks(answer):
    for sizes in ([2, 3, 1], [10, 5], [784, 512, 128, 10], [2, 16, 16, 16, 1]):
        expected = sum(len(layer_weights) for layer_weights in map(slots, pairwise(sizes)))
        yield Case(answer.count, sizes, expected=expected)


def slots(pair):
    inputs, outputs = pair
    return range((inputs + 1) * outputs)


def no_biases(sizes):
    """The biases are missing: each neuron has one more number of its own, besides its weights."""
    return sum(i * o for i, o in pairwise(sizes))


def biased_inputs(sizes):
    """The inputs were given biases, too. Inputs are numbers that come in; only neurons have a bias, and the
    first size counts no neurons.
    """
    return sum(i * o for i, o in pairwise(sizes)) + sum(sizes)


def last_without_bias(sizes):
    """The outputs have no biases here. They are neurons as well."""
    return sum(i * o for i, o in pairwise(sizes)) + sum(sizes[1:-1])


def one_bias_per_layer(sizes):
    """Each layer has one bias here. It is each *neuron* that has one."""
    return sum(i * o + 1 for i, o in pairwise(sizes))


def one_bias_per_input(sizes):
    """A layer from i to o has o biases, one for each of its neurons; here it was given i."""
    return sum(i * o + i for i, o in pairwise(sizes))


def neurons(sizes):
    """These are neurons. Parameters are the numbers that they hold: one weight for each of their inputs, and
    a bias.
    """
    return sum(sizes[1:])


def beyond_the_end(sizes):
    """The loop goes one step too far: the last size has no next one. Between three sizes there are two
    layers.
    """
    return sum(sizes[i] * sizes[i + 1] + sizes[i + 1] for i in range(len(sizes)))


MISTAKES = [
    no_biases,
    biased_inputs,
    last_without_bias,
    one_bias_per_layer,
    one_bias_per_input,
    neurons,
    beyond_the_end,
]
