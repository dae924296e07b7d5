"""Sentences that a reader of a page, or a user of a script, must not miss."""

import logging
import sys

logger = logging.getLogger("nnfund")


def announce(text: str) -> None:
    """Show a notice: on the page in a notebook, in the log (standard error) elsewhere.

    Data loaders use it to say that a stand-in took the place of the real data.

    Args:
        text: One or two sentences of Markdown.
    """
    if in_notebook():
        show_markdown(f"> **Note.** {text}", plain=f"Note. {text}", notice=text)
    else:
        logger.warning(text)


def in_notebook() -> bool:
    """Tell whether a Jupyter kernel runs this code, so that Markdown can be shown."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel")


def show_markdown(markdown: str, *, plain: str, **role: str) -> None:
    """Show `markdown` in a notebook; `role` tells the build of the site what it is."""
    from IPython.display import display

    bundle = {"text/markdown": markdown, "text/plain": plain}
    display(bundle, raw=True, metadata={"nnfund": role})
