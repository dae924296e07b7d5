"""The MkDocs side of security: gives each page its policy, after all others have changed the page.

Not in `mkdocs serve`, which adds a script to each page that reloads it.
"""

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from pagebuild.security import with_policy

LAST = -200


@event_priority(LAST)
def on_post_page(output: str, page, config: MkDocsConfig) -> str:
    """Secure a page."""
    return with_policy(output) if config.extra["published"] else output


@event_priority(LAST)
def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """Secure a page that has no source, such as the one that says there is none."""
    if not (config.extra["published"] and template_name.endswith(".html")):
        return output_content
    return with_policy(output_content)
