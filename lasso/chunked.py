"""Bodies that come in chunks, as .NET's HttpClient and others send JSON, made readable for Django.

Django reads as many bytes as Content-Length names, and so takes a chunked body for an empty one. The server has put the
chunks together already (`wsgi.input_terminated`); what is missing is their length.
"""

from __future__ import annotations

from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PIECE = 64 * 1024
# More than this waits on disk: the caller is not known yet.
MOST_IN_MEMORY = 1024 * 1024


class ChunkedBodies:
    """Gives a chunked body its length before the application sees it.

    Reading stops one byte behind DATA_UPLOAD_MAX_MEMORY_SIZE, so a body that is too large is a 413 like any other.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One request."""
        if "chunked" not in environ.get("HTTP_TRANSFER_ENCODING", "").lower() or not environ.get(
            "wsgi.input_terminated"
        ):
            return self.application(environ, start_response)
        source = environ["wsgi.input"]
        with SpooledTemporaryFile(MOST_IN_MEMORY) as body:
            left = (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) + 1
            while left and (piece := source.read(min(PIECE, left))):
                body.write(piece)
                left -= len(piece)
            length = body.tell()
            body.seek(0)
            inner = {**environ, "wsgi.input": body, "CONTENT_LENGTH": str(length)}
            # A streamed answer outlives this file, but its request's body was read before it began.
            return self.application(inner, start_response)
