"""HTML to PDF by one of two engines: the only package that knows them, and `door` the only way in."""

from reporting.document.addresses import ASSETS, STYLESHEET, ForeignAddressError
from reporting.document.door import freeze_collector, render_pdf, warm_up

__all__ = ["ASSETS", "STYLESHEET", "ForeignAddressError", "freeze_collector", "render_pdf", "warm_up"]
