"""Writes configurations and reads them back."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bluegreen.config.load import load
from bluegreen.model.project import Project
from bluegreen.model.service import Service

Load = Callable[..., Project]
LoadService = Callable[[str], Service]


@pytest.fixture
def load_text(tmp_path: Path) -> Load:
    def load_it(text: str, environment: str | None = None, variables: Mapping[str, str] | None = None) -> Project:
        file = tmp_path / "services.yaml"
        file.write_text(text)
        return load(file, environment, variables or {})

    return load_it


@pytest.fixture
def load_web(load_text: Load) -> LoadService:
    """Reads a web service with these lines more."""

    def load_it(lines: str) -> Service:
        more = "".join(f"    {line}\n" for line in lines.splitlines())
        text = f"project: shop\nnetwork: shop-network\nservices:\n  web:\n    image: shop\n    port: 3000\n{more}"
        return load_text(text).services["web"]

    return load_it
