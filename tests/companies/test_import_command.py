"""`manage.py import_companies` and `import_accounts` from the command line."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from companies.models import AnnualAccounts, BeneficialOwnership, Company
from tests.companies.builders import company, hit
from tests.companies.filings import instance

pytestmark = pytest.mark.django_db


def test_it_imports_lines_and_replies(tmp_path, capsys):
    lines, reply = tmp_path / "lines.jsonl", tmp_path / "reply.json"
    lines.write_text(json.dumps(company("99900011")) + "\n" + json.dumps(hit(company("99900022"))))
    reply.write_text(json.dumps({"hits": {"hits": [hit(company("99900030"))]}}, indent=2))
    call_command("import_companies", lines, reply)
    output = capsys.readouterr().out
    assert f"{lines}: 2 new, 0 changed, 0 unchanged, 0 older than the register's, 0 refused." in output
    assert Company.objects.count() == 3
    assert not BeneficialOwnership.objects.exists()


def test_it_names_the_line_and_field_keeps_the_rest_and_ends_with_one(tmp_path, capsys):
    path = tmp_path / "lines.jsonl"
    path.write_text(json.dumps(company("99900011", navne=3)) + "\n{\n" + json.dumps(company("99900022")))
    with pytest.raises(CommandError) as failure:
        call_command("import_companies", path, tmp_path / "absent.jsonl")
    assert failure.value.returncode == 1
    told = capsys.readouterr().err
    assert f"{path}: line 1: Vrvirksomhed.navne: expected a list, found 3" in told
    assert f"{path}: line 2: not JSON" in told
    assert "absent.jsonl cannot be read: No such file or directory." in told
    assert list(Company.objects.values_list("cvr", flat=True)) == ["99900022"]


def test_it_can_be_told_that_the_file_tells_of_beneficial_owners(tmp_path):
    path = tmp_path / "lines.jsonl"
    path.write_text(json.dumps(company("99900011")))
    call_command("import_companies", path, beneficial_owners=True)
    assert BeneficialOwnership.objects.get().relations == []


def test_it_imports_accounts_with_their_moment_of_publication(tmp_path, capsys):
    path, publications = tmp_path / "abc.xml", tmp_path / "publications.jsonl"
    path.write_bytes(gzip.compress(instance()))
    publication = {
        "offentliggoerelsesTidspunkt": "2025-05-20T10:30:00.000Z",
        "dokumenter": [{"dokumentUrl": "https://regnskaber.example/x/abc.xml"}],
    }
    publications.write_text(json.dumps({"_source": publication}))
    call_command("import_accounts", path, publications=publications)
    assert "1 new, 0 replaced" in capsys.readouterr().out
    assert AnnualAccounts.objects.get().published_at == datetime(2025, 5, 20, 10, 30, tzinfo=UTC)


def test_it_refuses_accounts_one_by_one(tmp_path, capsys):
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_bytes(instance())
    bad.write_bytes(b"<x/>")
    with pytest.raises(CommandError) as failure:
        call_command("import_accounts", bad, good, tmp_path / "absent.xml")
    assert failure.value.returncode == 1
    told = capsys.readouterr()
    assert f"{bad}: The filing is no XBRL: its root is 'x', neither xbrli:xbrl nor XHTML's html." in told.err
    assert "1 new, 0 replaced, 0 unchanged, 0 older than the register's, 2 refused." in told.out


def test_it_says_what_is_wrong_with_the_publications(tmp_path):
    path, publications = tmp_path / "good.xml", tmp_path / "publications.jsonl"
    path.write_bytes(instance())
    publications.write_text('{"_source": {"offentliggoerelsesTidspunkt": 3}}')
    with pytest.raises(CommandError, match=r"line 1\.offentliggoerelsesTidspunkt: expected a moment"):
        call_command("import_accounts", path, publications=publications)
    assert not AnnualAccounts.objects.exists()


def test_it_reports_progress(tmp_path, capsys):
    documents, filing = tmp_path / "lines.jsonl", tmp_path / "abc.xml"
    documents.write_text(json.dumps(company("99900011")) + "\n" + json.dumps(company("99900022")))
    filing.write_bytes(instance())
    call_command("import_companies", documents)
    assert "2 documents…\n" in capsys.readouterr().err
    call_command("import_accounts", filing)
    assert "1 filings…\n" in capsys.readouterr().err


def test_it_passes_over_other_units_and_counts_them(tmp_path, capsys):
    path = tmp_path / "mixed.jsonl.gz"
    units = [{"_source": {"VrproduktionsEnhed": {"pNummer": 1}}}, {"_source": {"Vrdeltagerperson": {}}}]
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, [*units, units[0], hit(company())])).encode()))
    call_command("import_companies", path)
    output = capsys.readouterr().out
    assert "1 new, 0 changed, 0 unchanged, 0 older than the register's, 0 refused." in output
    assert f"{path}: 2 of other units passed over: production unit" in output
    assert f"{path}: 1 of other units passed over: person" in output
    assert Company.objects.count() == 1


def test_it_names_a_file_that_cannot_be_unpacked_and_keeps_what_it_could_read(tmp_path, capsys):
    cut, archive = tmp_path / "cut.jsonl.gz", tmp_path / "archive.zip"
    packed = gzip.compress((json.dumps(company()) + "\n" + " " * 200_000).encode(), compresslevel=0)
    cut.write_bytes(packed[:-100])
    archive.write_bytes(b"PK\x03\x04")
    with pytest.raises(CommandError):
        call_command("import_companies", cut, archive)
    told = capsys.readouterr().err
    assert f"{cut}: the file: broken gzip, what follows was not read: Compressed file ended" in told
    assert f"{archive}: the file: a zip archive; unpack it first" in told
    assert Company.objects.count() == 1
