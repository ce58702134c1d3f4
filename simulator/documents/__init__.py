"""Documents: YAML (or JSON) read as data, with the place of every key and value.

Scenarios, profiles and merchant files are documents. A document is data only: tags, anchors,
aliases and merge keys are mistakes, and so are duplicate keys. All mistakes of a file are reported
at once, each as `file:line:column: message`.

    load(path, Model)       the model's value, or DocumentError with every problem
    read(path), parse(text) a Document, to be fitted or looked at by hand
    fit(document, Model)    the model's value, if it fits, and the problems
    build(Model, value)     for models within models: raises Mistakes that `fit` puts in place
"""

from __future__ import annotations

from simulator.documents.document import Document, Mistake, Mistakes, Place
from simulator.documents.fitting import build, fit, load
from simulator.documents.reader import parse, read

__all__ = [
    "Document",
    "Mistake",
    "Mistakes",
    "Place",
    "build",
    "fit",
    "load",
    "parse",
    "read",
]
