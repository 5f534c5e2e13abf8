"""Word documents, made by python-docx."""

import io
from collections.abc import Callable
from typing import Any

import docx

LEAD = "Lima, 2 may (EFE).- El puente reabrió el martes tras una larga obra."
MORE = "La alcaldesa dijo que no habrá peaje."


def word(build: Callable[[Any], None]) -> bytes:
    """A document that ``build`` fills, with its properties."""
    document = docx.Document()
    document.core_properties.language = "es-PE"
    document.core_properties.keywords = "puentes; obras"
    build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def story(document: Any) -> None:
    """An agency's article."""
    document.add_heading("El puente reabre", level=1)
    document.add_paragraph(LEAD)
    document.add_paragraph(MORE)
    document.add_paragraph("EFE mcr/rgb")
