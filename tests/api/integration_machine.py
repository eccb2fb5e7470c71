"""The other half of the machine: an integration's companies, endpoints that are switched, and messages sent again."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from delivery.models import Delivery, Endpoint
from delivery.redelivering import REPEATABLE
from integrations.finding import find_integration
from integrations.models import MonitoredCompany, UpdateMessage
from integrations.updating import follow_changes
from tests.api.machine import ANSWERS, NOWHERE, Batches
from tests.integrations.conftest import HAVGRUS, LASSO, NORDLYS, document, take_in
from tests.integrations.driving import compose

INTEGRATIONS, ENDPOINTS, DELIVERIES = "/apps/integrations", "/apps/endpoints", "/apps/deliveries"
CVR, NAME, TELEPHONE = ({"field": field} for field in ("cvr", "name", "telephone"))
UPDATED = {"update": True}
MAPPINGS = [
    [CVR | UPDATED, NAME, TELEPHONE | UPDATED],
    [CVR | UPDATED, NAME | UPDATED, TELEPHONE | UPDATED],
]
COMPANIES = st.sampled_from([NORDLYS, LASSO])
State = MonitoredCompany.State
# Every state that may follow, however many moves lie between two looks.
REACHABLE = {state: {state} for state in State}
for _ in State:
    for reached in REACHABLE.values():
        reached |= {further for one in list(reached) for further in MonitoredCompany.MOVES[one]}


class Everything(Batches):
    """Batches, and an integration beside them at the same receiver."""

    @initialize()
    def begin(self) -> None:
        """And one integration with both endpoints."""
        super().begin()
        body = {
            "name": "CRM",
            "exportEndpoint": {"url": self.receiver.url("/companies")},
            "updateEndpoint": {"url": self.receiver.url("/companies/{cvr}"), "method": "PUT"},
            "mapping": MAPPINGS[0],
        }
        answer = self.api.post(INTEGRATIONS, body, format="json")
        assert answer.status_code == 201, answer.content
        self.address = f"{INTEGRATIONS}/{answer.json()['id']}"
        integration = find_integration(self.organisation, answer.json()["id"])
        assert integration is not None
        self.integration = integration
        self.updated_names = ["cvr", "telephone"]
        self.states: dict[str, str] = {}

    # --- What a customer does -----------------------------------------------------------------------------------------

    @rule(cvrs=st.lists(st.sampled_from([NORDLYS, LASSO, HAVGRUS, NOWHERE]), min_size=1, max_size=3, unique=True))
    def export(self, cvrs: list[int]) -> None:
        """Accepted are those that are not there yet, or failed, or are gone."""
        there = {cvr for cvr in cvrs if self.states.get(f"{cvr:08}") in {"Exporting", "Monitored", "Duplicate"}}
        answer = self.api.post(f"{self.address}/exports", {"cvrs": cvrs}, format="json")
        assert answer.status_code == 202
        said = answer.json()
        assert set(said["unknown"]) == {NOWHERE} & set(cvrs)
        assert set(said["alreadyThere"]) == there
        assert set(said["accepted"]) == set(cvrs) - there - {NOWHERE}
        for cvr in said["accepted"]:
            self.judge.forget(cvr)
            self.judge.companies.add(cvr)

    @rule(cvr=COMPANIES)
    def remove_company(self, cvr: int) -> None:
        """204 for one that it has; nothing is told of it any more."""
        is_there = cvr in self.judge.companies
        assert self.stranger.delete(f"{self.address}/companies/{cvr}").status_code == 404
        assert self.api.delete(f"{self.address}/companies/{cvr}").status_code == (204 if is_there else 404)
        self.judge.companies.discard(cvr)
        self.judge.forget(cvr)
        self.states.pop(f"{cvr:08}", None)

    @rule(cvr=COMPANIES)
    def export_again(self, cvr: int) -> None:
        """Whatever state it is in."""
        answer = self.api.post(f"{self.address}/companies/{cvr}/export")
        assert answer.status_code == (202 if cvr in self.judge.companies else 404)
        if answer.status_code == 202:
            assert answer.json()["state"] == "Exporting"

    @rule()
    def retry_exports(self) -> None:
        """All that failed."""
        failed = self.integration.companies.filter(state=State.EXPORT_FAILED).count()
        assert self.api.post(f"{self.address}/retry").json() == {"count": failed}

    @rule(mapping=st.sampled_from(MAPPINGS))
    def change_mapping(self, mapping: list[dict[str, Any]]) -> None:
        """From the next message on; by itself it sends nothing."""
        before = Delivery.objects.count()
        assert self.api.patch(self.address, {"mapping": mapping}, format="json").status_code == 200
        assert Delivery.objects.count() == before
        self.updated_names = [entry["field"] for entry in mapping if entry.get("update")]

    @rule(verb=st.sampled_from(["enable", "disable"]), data=st.data())
    def switch(self, verb: str, data: st.DataObject) -> None:
        """409 for one that is so already."""
        endpoint = data.draw(
            st.sampled_from(list(Endpoint.objects.filter(organisation=self.organisation).order_by("created_at", "pk")))
        )
        is_legal = endpoint.is_enabled == (verb == "disable")
        assert self.stranger.post(f"{ENDPOINTS}/{endpoint.pk}/{verb}").status_code == 404
        answer = self.api.post(f"{ENDPOINTS}/{endpoint.pk}/{verb}")
        assert answer.status_code == (200 if is_legal else 409)
        if is_legal:
            assert answer.json()["state"] == ("Enabled" if verb == "enable" else "Disabled")

    @rule(data=st.data())
    def redeliver(self, data: st.DataObject) -> None:
        """What has settled, unless it was cancelled or a newer message about the company has taken its place."""
        all_of_them = list(Delivery.objects.order_by("pk")[:50])
        if not all_of_them:
            return
        delivery = data.draw(st.sampled_from(all_of_them))
        is_newest = (
            not Delivery.objects.filter(endpoint=delivery.endpoint, order_key=delivery.order_key, pk__gt=delivery.pk)
            .exclude(order_key="")
            .exclude(purpose__startswith="report")
            .exists()
        )
        is_legal = delivery.status in REPEATABLE and is_newest
        answer = self.api.post(f"{DELIVERIES}/{delivery.public_id}/redeliver")
        assert answer.status_code == (200 if is_legal else 409), answer.content
        if is_legal:
            assert (answer.json()["state"], answer.json()["id"]) == ("Waiting", str(delivery.public_id))
            self.judge.repeated.add(str(delivery.public_id))

    @rule()
    def the_log_is_read_completely(self) -> None:
        """All pages together are all deliveries, newest first, each once."""
        found, token = [], ""
        while token is not None:
            query: dict[str, Any] = {"pageSize": 7, **({"cToken": token} if token else {})}
            page = self.api.get(DELIVERIES, query).json()
            found += [one["id"] for one in page["results"]]
            token = page["continuationToken"]
        rows = Delivery.objects.order_by("-created_at", "-pk").values_list("public_id", flat=True)
        assert found == [str(one) for one in rows]

    # --- What workers and time do -------------------------------------------------------------------------------------

    @rule(cvr=COMPANIES, telephone=st.sampled_from(["70000001", "70000002"]), name=st.sampled_from(["A/S", "ApS"]))
    def change_company(self, cvr: int, telephone: str, name: str) -> None:
        """The register has it anew."""
        take_in(document(cvr, f"Firma {name}", telephone))
        follow_changes()

    @rule()
    def compose(self) -> None:
        """The integration's lane does all that it has to do."""
        self.integration = find_integration(self.organisation, self.integration.pk) or self.integration
        compose(self.integration)
        messages = Delivery.objects.filter(purpose__startswith="integration").exclude(
            public_id__in=self.judge.updated_names
        )
        self.judge.updated_names |= {
            str(one): self.updated_names for one in messages.values_list("public_id", flat=True)
        }

    @rule(answers=ANSWERS)
    def deliver(self, answers: list[int]) -> None:
        """And an export's answer decides what the company is."""
        self.judge.answered.clear()
        super().deliver(answers)
        last = {said.cvr: said for said in self.judge.answered}
        for cvr, said in last.items():
            company = self.integration.companies.filter(cvr=f"{cvr:08}").first()
            if company is None or company.export_due_at is not None or not said.is_export:
                continue
            if str(Delivery.objects.get(public_id=said.webhook_id).pk) != str(company.export_delivery_id):
                continue
            if said.status in {200, 204}:
                assert company.state == State.MONITORED
            elif said.status == 409:
                assert company.state == State.DUPLICATE

    # --- What always holds --------------------------------------------------------------------------------------------

    @invariant()
    def no_promise_is_broken(self) -> None:
        """See `receiving`."""
        assert self.judge.breaches == []

    @invariant()
    def companies_move_as_they_may(self) -> None:
        """From state to state along the table; one is there as long as it was not removed."""
        rows = dict(self.integration.companies.values_list("cvr", "state"))
        assert set(rows) == {f"{cvr:08}" for cvr in self.judge.companies}
        for cvr, state in rows.items():
            assert state in REACHABLE[State(self.states.get(cvr, state))]
        self.states = rows

    @invariant()
    def the_feed_says_nothing_twice(self) -> None:
        """No message after one about the same company that says the same, but for what came after a new export."""
        for cvr in {f"{cvr:08}" for cvr in self.judge.companies}:
            bodies = list(UpdateMessage.objects.filter(cvr=cvr).order_by("pk").values_list("body", flat=True))
            if (
                not self.judge.repeated
                and not Delivery.objects.filter(cvr=cvr, purpose="integration_export")[1:].exists()
            ):
                assert all(one != following for one, following in pairwise(bodies))
