"""The administrator's pages for integrations and their companies: to look, to try, to send again, to stop."""

from __future__ import annotations

from integrations.admin.companies import MonitoredCompanyAdmin
from integrations.admin.integrations import IntegrationAdmin

__all__ = ["IntegrationAdmin", "MonitoredCompanyAdmin"]
