"""Environments: one base, and what differs."""

from pathlib import Path

import pytest

from bluegreen.config.load import environments, load
from bluegreen.config.problem import InvalidConfig
from tests.unit.config.conftest import Load

BASE = """\
project: shop
network: shop-network
proxy: {http: 80}
services:
  web:
    image: shop
    port: 3000
    environment: {A: base, B: base}
    labels: [team=shop]
    health: {http: {path: /health}, deadline: 1m}
    routes: [{host: shop.example.com}, {host: www.example.com}]
  worker: {image: shop, kind: worker}
environments:
  empty:
  local:
    proxy: {http: 127.0.0.1:8080}
    state_dir: /tmp/shop
    services:
      web:
        image: shop:dev
        environment: [B=local, C=local]
        labels: {color-scheme: dark}
        health: {deadline: 5s}
        routes: [{host: localhost}]
"""


def test_mappings_merge_and_lists_are_replaced(load_text: Load) -> None:
    project = load_text(BASE, "local")
    web = project.services["web"]
    assert web.environment == {"A": "base", "B": "local", "C": "local"}
    assert web.labels == {"team": "shop", "color-scheme": "dark"}
    assert (web.health.deadline, web.health.http[0].path) == (5, "/health")
    assert [route.host for route in web.routes] == ["localhost"]
    assert (project.environment, project.state_dir, project.proxy.http) == ("local", "/tmp/shop", "127.0.0.1:8080")
    assert list(project.services) == ["web", "worker"]


def test_an_overlay_of_nothing_is_the_base(load_text: Load) -> None:
    base, empty = load_text(BASE), load_text(BASE, "empty")
    assert base.services == empty.services
    assert (base.environment, empty.environment) == (None, "empty")


def test_an_unknown_environment_is_refused_with_the_nearest(load_text: Load) -> None:
    with pytest.raises(InvalidConfig, match=r"services.yaml:13:1: environments: there is no environment locl: did you"):
        load_text(BASE, "locl")


def test_an_environment_without_any_is_refused(load_text: Load) -> None:
    with pytest.raises(InvalidConfig, match="there is no environment local: there are none"):
        load_text(BASE.partition("environments")[0], "local")


def test_environments_are_listed(tmp_path: Path) -> None:
    file = tmp_path / "services.yaml"
    file.write_text(BASE)
    assert environments(file) == ("empty", "local")
    file.write_text("project: shop\n")
    assert environments(file) == ()


def test_every_overlay_is_checked_whichever_is_chosen(load_text: Load) -> None:
    wrong = BASE + "  production: {network: other}\n"
    with pytest.raises(InvalidConfig, match=r"environments\.production\.network: is the same in every environment"):
        load_text(wrong, "local")


def test_the_values_of_other_overlays_are_not_looked_at(load_text: Load) -> None:
    other = BASE + "  production: {services: {web: {image: '${NOT_SET}', replicas: many}}}\n"
    assert load_text(other, "local").services["web"].image == "shop:dev"


def test_problems_are_found_where_they_were_written(tmp_path: Path) -> None:
    file = tmp_path / "services.yaml"
    file.write_text(BASE.replace("C=local", "1=local").replace("port: 3000", "port: none"))
    with pytest.raises(InvalidConfig) as refused:
        load(file, "local")
    assert [(p.line, p.column, p.path) for p in refused.value.problems] == [
        (7, 5, "services.web.port"),
        (21, 32, "services.web.environment"),
    ]
