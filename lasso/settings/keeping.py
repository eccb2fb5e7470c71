"""How long what is finished is kept, where no other part says so; `lasso.forgetting` deletes it then."""

from __future__ import annotations

from datetime import timedelta

from lasso.env import Environment

env = Environment()

DAY = timedelta(days=1)
# Hvidvaskloven § 30: who had to know a customer keeps for five years what he knew, and that he asked.
FIVE_YEARS = timedelta(days=5 * 365)

# A report's PDF, after it was made. Batch and report are still listed then, as expired.
PDF_RETENTION = env.duration("PDF_RETENTION", timedelta(days=365), least=DAY)
# A batch with its items and reports, after it ended; a listener's reports but the newest of each company.
BATCH_RETENTION = env.duration("BATCH_RETENTION", FIVE_YEARS, least=DAY)
# Who has read whose beneficial owners, also of organisations that are deleted.
ACCESS_LOG_RETENTION = env.duration("ACCESS_LOG_RETENTION", FIVE_YEARS, least=DAY)
# What administrators did.
ADMIN_LOG_RETENTION = env.duration("ADMIN_LOG_RETENTION", FIVE_YEARS, least=DAY)
# How long a POST that is sent again with its Idempotency-Key gets the answer of the first.
IDEMPOTENCY_RETENTION = env.duration(
    "IDEMPOTENCY_RETENTION", timedelta(hours=24), least=timedelta(hours=1), most=timedelta(days=30)
)
# An order that was begun in the portal, with its companies, after the last change to it.
ORDER_DRAFT_RETENTION = env.duration("ORDER_DRAFT_RETENTION", DAY, least=timedelta(hours=1))
# What only helped others to work: invitations that are over, access tokens, lanes and pulses of queues that are gone.
LEFTOVER_RETENTION = env.duration("LEFTOVER_RETENTION", timedelta(days=30), least=DAY)
