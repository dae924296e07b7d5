"""The search finds a function, a term and a sentence, and its excerpts are prose."""

import json
import re

import pytest
from playwright.sync_api import Browser, Page
from site_server import SITE

INDEX = SITE / "search" / "search_index.json"
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not INDEX.exists(), reason="no site")]

# What a reader types, and the pages of which one must be among the first three results.
QUERIES = {
    "nnfund.training.fit": ["reference/training/"],
    "CrossEntropyLoss": ["tutorials/06_losses/"],
    "crossentropyloss": ["tutorials/06_losses/"],
    "zero_grad": ["tutorials/01_first_network/", "tutorials/12_training_loop/", "tutorials/07_autograd/"],
    "backward": ["tutorials/07_autograd/", "tutorials/08_backpropagation/"],
    "nn.Linear": ["tutorials/10_modules/", "tutorials/03_neurons/"],
    "torch.no_grad": ["tutorials/07_autograd/", "tutorials/12_training_loop/"],
    "DataLoader": ["tutorials/11_data_loading/"],
    "load_mnist": ["reference/data/", "tutorials/13_mnist_mlp/"],
    "fit": ["reference/training/", "tutorials/12_training_loop/"],
    "Adam": ["tutorials/09_optimizers/", "glossary/"],
    "dropout": ["tutorials/14_regularization/", "glossary/"],
    "learning rate": ["glossary/", "tutorials/09_optimizers/"],
    "vanishing gradient": ["glossary/", "tutorials/05_activations/"],
    "overfitting": ["glossary/", "tutorials/14_regularization/"],
    "batch norm": ["glossary/", "tutorials/15_initialization_and_normalization/"],
    "U-Net": ["tutorials/19_unet_segmentation/"],
    "the test set is for one number at the very end": ["tutorials/13_mnist_mlp/"],
    "a neuron of a hidden layer need not recognise a digit by itself": ["tutorials/13_mnist_mlp/"],
    "Nothing raises an error, because probabilities are numbers": ["tutorials/06_losses/"],
    "stop a training run at any moment": ["tutorials/20_checkpoints/"],
}
NOISE = re.compile(r"\\[a-zA-Z(\[]|checked when this page was built|With what it needs|Open in Colab|>>>")


@pytest.fixture(scope="module")
def searching(browser: Browser, site_address: str):
    page = browser.new_page()
    page.goto(site_address)
    page.keyboard.press("/")
    yield page
    page.close()


def results(page: Page, query: str, base: str) -> list[tuple[str, str]]:
    """Return (page, text) of each result, best first."""
    field = page.locator(".md-search__input")
    for text, wait in (("zzzz", "detached"), (query, "attached")):  # what is shown belongs to the query
        field.fill(text)
        field.press("End")  # Material listens to keys
        page.locator(".md-search-result__item").first.wait_for(state=wait, timeout=10_000)
    found = page.locator(".md-search-result__item").evaluate_all(
        "items => items.map((item) => [item.querySelector('a').href, item.textContent])"
    )
    return [(re.sub(r"[?#].*", "", address).removeprefix(base), text) for address, text in found]


@pytest.mark.parametrize("query", QUERIES)
def test_a_reader_finds(searching: Page, site_address: str, query: str) -> None:
    first = results(searching, query, site_address)[:3]
    assert set(QUERIES[query]) & {address for address, _ in first}, [address for address, _ in first]
    for address, text in first:
        assert not NOISE.search(text), f"{address}: {NOISE.search(text)[0]!r} in the excerpt {text!r}"


def test_the_index_holds_prose_and_names() -> None:
    for entry in json.loads(INDEX.read_text("utf-8"))["docs"]:
        text = entry["title"] + entry["text"]
        assert not NOISE.search(text), f"{entry['location']}: {NOISE.search(text)[0]!r}"
        assert "<pre>" not in text, entry["location"]


def test_the_index_is_light() -> None:
    assert len(INDEX.read_bytes()) < 1_000_000, "a reader who searches loads it"
