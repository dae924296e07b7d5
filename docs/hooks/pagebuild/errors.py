"""The one error of the page build: it always says which page, and where in it."""


class PageError(Exception):
    """Something in a page's source keeps it from being published."""

    def __init__(self, page: str, problem: str, *, line: int | None = None):
        where = f"tutorials_src/{page}.py" + (f":{line}" if line else "")
        super().__init__(f"{where}: {problem}")
