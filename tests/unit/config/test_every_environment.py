"""`bluegreen check` without an environment: every overlay is looked at, whatever is missing on this machine."""

from pathlib import Path

import pytest

from bluegreen.config.invariants.check import check
from bluegreen.config.problem import InvalidConfig

BASE = """\
project: shop
network: shop-network
services:
  web: {image: shop, port: 3000}
  db: {kind: database, engine: postgres, version: 17}
environments:
"""


def refusal(folder: Path, overlays: str, base: str = BASE) -> list[str]:
    """Check the file; return its problems without its name, or what violates a rule."""
    file = folder / "services.yaml"
    file.write_text(base + overlays)
    try:
        return [each.message for each in check(file, None, {"EMPTY": "", "SET": "shop"}).findings]
    except InvalidConfig as refused:
        return [str(problem).removeprefix(f"{file}:") for problem in refused.problems]


def test_what_is_wrong_in_any_overlay_is_said_at_its_place(tmp_path: Path) -> None:
    overlays = (
        "  local: {services: {web: {replicas: two}}}\n"
        "  staging: {services: {web: {replicas: two}}}\n"
        "  prod:\n    services:\n      web: {volumes: [one:/x, two:/x]}\n      db: {replicas: 2}\n"
    )
    assert refusal(tmp_path, overlays) == [
        '7:28: services.web.replicas: should be a whole number (got "two")',
        '8:30: services.web.replicas: should be a whole number (got "two")',
        "11:31: services.web.volumes[1]: something is mounted there already",
        "12:12: services.db.replicas: means nothing to a database, which is verified and never created",
    ]


def test_what_the_base_says_wrong_is_said_once(tmp_path: Path) -> None:
    overlays = "  local: {services: {web: {replicas: 2}}}\n  prod: {services: {web: {cpus: all}}}\n"
    assert refusal(tmp_path, overlays, BASE.replace(", port: 3000", "")) == [
        "4:3: services.web: needs port, such as port: 3000 (kind: web)",
        '8:27: services.web.cpus: should be a number of CPUs such as 1.5 (got "all")',
    ]


@pytest.mark.parametrize(
    "overlay",
    [
        "{services: {web: {replicas: '${N}', image: 'shop:${TAG}', environment: {A: '${A}', B: pa$word}}}}",
        "{services: {web: {routes: [{host: '${HOST}'}], volumes: ['${DIR:?say where}:/a', /b], mem_limit: '${M}'}}}",
        "{services: {web: {env_file: ['${DIR}/x.env', none.env], health: {timeout: '${T}'}}}}",
        "{proxy: {https: 443, tls: [{hosts: ['${HOST}'], certificate: none.pem, key: '${KEY}'}]}}",
        "{notify: [{url: '${SLACK_WEBHOOK}', secret: '${EMPTY:?not here}'}], state_dir: '${STATE}'}",
        "{compose: '${FILE}', release: '${R}', tags: v*}",
        "{disposable: '${D}', services: {db: {image: 'postgres:${V}', environment: {PGHOST: '${H:?http://a/}'}}}}",
        "{disposable: true, services: {db: {image: 'postgres:${V}', environment: {PGHOST: '${H:?http://a/}'}}}}",
    ],
)
def test_variables_and_files_of_another_machine_may_be_missing(overlay: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, f"  prod: {overlay}\n") == []


def test_beside_a_variable_that_is_not_set_all_else_is_said(tmp_path: Path) -> None:
    overlays = "  prod: {services: {web: {image: 'a:${TAG}', cpus: '${SET}', replicas: two, labels: {a: $}}}}\n"
    assert refusal(tmp_path, overlays) == [
        "7:46: services.web.cpus: should be a number of CPUs such as 1.5",
        '7:62: services.web.replicas: should be a whole number (got "two")',
        "7:86: services.web.labels.a: has a $ that is not followed by a variable: write ${NAME}, or $$ for a dollar",
    ]


def test_a_named_environment_is_this_machines(tmp_path: Path) -> None:
    file = tmp_path / "services.yaml"
    file.write_text(
        BASE + "  prod: {services: {web: {image: 'shop:${TAG}'}}}\n  other: {services: {web: {cpus: all}}}\n"
    )
    with pytest.raises(InvalidConfig) as refused:
        check(file, "prod", {})
    assert [problem.path for problem in refused.value.problems] == ["services.web.image"]
