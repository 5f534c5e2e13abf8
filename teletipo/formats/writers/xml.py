"""Elements of the XML formats, without the characters that XML 1.0 cannot hold."""

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

# Not even as a reference.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def add(parent: Element, tag: str, text: str | None = None, /, **attributes: str | None) -> Element:
    """Add an element with its text and those attributes that have a value."""
    given = {
        name: _NOT_XML.sub("", value) for name, value in attributes.items() if value is not None
    }
    element = SubElement(parent, tag, given)
    element.text = _NOT_XML.sub("", text) if text is not None else None
    return element


def document(root: Element) -> str:
    """Return the document, indented."""
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'
