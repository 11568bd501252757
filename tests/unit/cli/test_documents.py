"""The schemas of what the verbs print; every command of these tests that prints JSON is held to them, too."""

import json
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
from typer.testing import CliRunner

from bluegreen.cli.app import app
from bluegreen.cli.show.documents import DOCUMENTS, document_schema
from tests.documents import checked
from tests.unit.cli.shop import Shop
from tests.unit.cli.verbs import VERBS


@pytest.mark.parametrize("verb", DOCUMENTS)
def test_it_is_a_schema_that_survives_json(verb: str) -> None:
    schema = document_schema(verb)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert json.loads(json.dumps(schema)) == schema
    assert CliRunner().invoke(app, ["schema", "--of", verb]).output == json.dumps(schema, indent=2) + "\n"


def test_every_verb_that_prints_json_has_one() -> None:
    prints = {
        verb for verb in VERBS if "Print one JSON document" in CliRunner().invoke(app, [*verb.split(), "--help"]).output
    }
    assert set(DOCUMENTS) == prints


def test_a_verb_that_prints_none_is_refused_with_those_that_do(shop: Shop) -> None:
    ran = shop.run("schema", "--of", "logs")
    assert ran.status == 2
    assert "logs prints no JSON; these do: deploy, plan, rollback" in ran.err


def test_neither_a_result_without_its_keys_nor_a_key_without_a_type_passes(shop: Shop) -> None:
    told = shop.run("deploy", "--tag", "1", "--json").json
    for broken in ({**told, "seconds": "long"}, {**told, "more": 1}, {key: told[key] for key in ("version", "verb")}):
        with pytest.raises(AssertionError, match="bluegreen deploy"):
            checked(("deploy",), json.dumps(broken))


def test_results_errors_and_both_pass(shop: Shop, tmp_path: Path) -> None:
    shop.run("deploy", "--tag", "1", "--json")
    shop.engine.faults.exits_on_start["server-blue"] = 3
    assert {"error", "steps"} <= shop.run("deploy", "--tag", "2", "--json").json.keys()
    assert shop.run("promote", "--json").json.keys() == {"version", "error", "serving"}
    for verb in ("status", "history", "audit", "plan", "doctor"):
        shop.run(verb, "--json")
    (tmp_path / "services.yaml").write_text("project: shop\nnetwork: 7x!\nservices: {}\n")
    told = shop.run("check", "--json", "-f", str(tmp_path / "services.yaml")).json
    assert [(each["line"], each["path"]) for each in told["error"]["problems"]] == [(2, "network"), (3, "services")]
