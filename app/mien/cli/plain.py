"""Text from anywhere, such as a file's name or a network's label, on its way to a terminal."""


def plain(text: str) -> str:
    """Return a text without what would command the terminal: control characters are spelled out.

    Line feeds and tabs stay.
    """
    return "".join(each if each.isprintable() or each in "\n\t" else repr(each)[1:-1] for each in text)
