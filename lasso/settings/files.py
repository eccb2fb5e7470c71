"""Where files are."""

from __future__ import annotations

from pathlib import Path

from lasso.buckets import bucket_storage
from lasso.env import Environment
from lasso.settings.frame import BASE_DIR

env = Environment()

# --- Files ------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
# Where PDFs are kept when no S3 bucket is set. Processes on several machines need the bucket.
STORAGE_DIR = env.text("STORAGE_DIR")
STORAGE_DIR_IS_GIVEN = bool(STORAGE_DIR)
MEDIA_ROOT = Path(STORAGE_DIR or BASE_DIR / "var" / "storage")
# Where the font of the reports is kept, once it has been made from the installed one.
FONT_CACHE_DIR = Path(env.text("FONT_CACHE_DIR", str(BASE_DIR / "var" / "fonts")))
S3_BUCKET = env.text("S3_BUCKET")
STORAGES = {
    "default": (
        bucket_storage(
            name=S3_BUCKET,
            endpoint_url=env.text("S3_ENDPOINT_URL"),
            region=env.text("S3_REGION"),
            access_key_id=env.text("S3_ACCESS_KEY_ID"),
            secret_access_key=env.text("S3_SECRET_ACCESS_KEY"),
        )
        if S3_BUCKET
        else {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    ),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
