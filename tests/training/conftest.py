import pytest
import torch


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """Small networks gain nothing from threads, and several processes with several threads each crawl."""
    torch.set_num_threads(1)
