"""What a report says: `compose` turns a company's material into a finished HTML document."""

from reporting.contents.composing import Composition, compose

__all__ = ["Composition", "compose"]
