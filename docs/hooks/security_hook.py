"""The MkDocs side of security: gives each page its policy, after all others have changed the page.

Not in `mkdocs serve`, which adds a script to each page that reloads it.
"""

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from pagebuild.security import with_policy

LAST = -200


class State:
    """What was started."""

    serving = False


def on_startup(command: str, dirty: bool) -> None:
    """Note whether pages are served live."""
    State.serving = command == "serve"


@event_priority(LAST)
def on_post_page(output: str, page, config: MkDocsConfig) -> str:
    """Secure a page."""
    return output if State.serving else with_policy(output)


@event_priority(LAST)
def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """Secure a page that has no source, such as the one that says there is none."""
    if State.serving or not template_name.endswith(".html"):
        return output_content
    return with_policy(output_content)
