"""Python's collector rests while a process loads, and works from then on."""

from __future__ import annotations

import subprocess
import sys

from local.processes import ROOT

PROGRAM = """
import gc, os
os.environ["DJANGO_SETTINGS_MODULE"] = "lasso.settings"
from django.conf import settings
settings.DEBUG  # the settings are read, and loading begins
while_loading = []
gc.callbacks.append(lambda *_: while_loading.append(gc.get_freeze_count() == 0))
import django
django.setup()
print(any(while_loading), gc.isenabled(), gc.get_freeze_count() > 100_000)
"""


def test_it_leaves_the_collector_out_until_all_is_loaded():
    ran = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout.split() == ["False", "True", "True"]
