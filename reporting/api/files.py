"""PDFs by their signed links, and a batch's zip."""

from __future__ import annotations

from contextlib import ExitStack
from uuid import UUID

import structlog
from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from lasso.error_codes import UNAVAILABLE
from lasso.errors import Expired, NotFound, Refusal
from lasso.storage import STORAGE_FAULTS
from reporting.api.batches import batch_or_404
from reporting.archive import open_archive
from reporting.links import LinkExpiredError, LinkInvalidError, report_of
from reporting.models import Report
from reporting.naming import safe_name
from reporting.storing import StorageUnreachableError

log = structlog.get_logger(__name__)

OUT_OF_REACH = "The PDF cannot be read from the storage right now; try again."


class DownloadView(APIView):
    """A batch's finished reports in one file."""

    @extend_schema(
        operation_id="downloadBatch",
        summary="Download the finished reports of a batch as a zip",
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
        tags=["reporting"],
    )
    def get(self, request: Request, batch_id: UUID) -> StreamingHttpResponse:
        """The zip, streamed: a PDF for each report, a text with the reason for each failed one."""
        batch = batch_or_404(request, batch_id)
        name = safe_name(batch.name)
        try:
            pieces = open_archive(batch)
        except StorageUnreachableError:
            raise Refusal(OUT_OF_REACH, code=UNAVAILABLE) from None
        return StreamingHttpResponse(
            pieces,
            content_type="application/zip",
            headers={"Content-Disposition": content_disposition_header(True, f"{name}.zip") or "attachment"},
        )


def open_pdf(report: Report) -> File[bytes]:
    """The report's PDF, fetched: what its bucket refuses is known before the answer begins.

    Raises:
        Expired: it was kept for PDF_RETENTION and is deleted.
        NotFound: it is no longer stored.
        Refusal: the storage is out of reach.
    """
    if report.pdf_expired_at is not None:
        raise Expired(
            f"The PDF was kept for {settings.PDF_RETENTION.days} days and was deleted; order the report anew."
        )
    try:
        with ExitStack() as opened:
            file = opened.enter_context(default_storage.open(report.pdf))
            file.seek(0)
            opened.pop_all()
    except FileNotFoundError:
        raise NotFound("The PDF is no longer stored.") from None
    except STORAGE_FAULTS as error:
        log.warning("storage_out_of_reach", report=str(report.pk), error=str(error))
        raise Refusal(OUT_OF_REACH, code=UNAVAILABLE) from None
    return file


class PDFView(APIView):
    """One PDF, for whoever holds its link."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request, token: str, file_name: str) -> FileResponse:  # noqa: ARG002 - the link's own parts
        """The PDF, shown in the browser under its file name."""
        try:
            report_id = report_of(token, now=timezone.now())
        except LinkExpiredError:
            raise Expired("This link has expired; read the batch's items again for a new one.") from None
        except LinkInvalidError:
            raise NotFound("This is not one of our links, or not all of it was copied.") from None
        report = Report.objects.filter(pk=report_id).exclude(pdf="").first()
        if report is None:
            raise NotFound("The PDF is no longer stored.")
        return FileResponse(
            open_pdf(report),
            filename=f"{report.file_name}.pdf",
            content_type="application/pdf",
            headers={"Cache-Control": "private, max-age=3600", "X-Robots-Tag": "noindex"},
        )
