"""Lists of the site's pages for programs: a JSON Feed of the tutorials, and robots.txt."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Shared:
    """What is told of a page where its address is shared."""

    url: str  # the whole address
    title: str
    description: str
    label: str  # where the page belongs: "Learning · 8 of 23"
    image: str  # the whole address of its card
    image_text: str


def json_feed(home: str, site: str, description: str, pages: list[Shared]) -> str:
    """Return a JSON Feed 1.1 of `pages`, in reading order.

    It has no dates: a shallow clone, from which the site is published, does not know them.
    """
    items = [
        {
            "id": page.url,
            "url": page.url,
            "title": page.title,
            "content_text": page.description,
            "image": page.image,
            "tags": [page.label.partition(" · ")[0]],
        }
        for page in pages
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site,
        "description": description,
        "home_page_url": home,
        "feed_url": f"{home}feed.json",
        "language": "en",
        "items": items,
    }
    return json.dumps(feed, indent=1, ensure_ascii=False) + "\n"


def robots_txt(home: str) -> str:
    """Return a robots.txt that allows everything.

    Robots read it only where a site is at the root of its host.
    """
    return f"User-agent: *\nAllow: /\n\nSitemap: {home}sitemap.xml\n"
