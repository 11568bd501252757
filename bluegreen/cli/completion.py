"""What the shell completes: names from services.yaml, silently none where it can't be read."""

from typing import Any

import typer


def services(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the name of a service."""
    return _matching(_section(ctx, "services"), incomplete)


def movable(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the name of a service that can be deployed and is not named yet."""
    named = ctx.params.get("services") or ()
    found = {
        name: service
        for name, service in _section(ctx, "services").items()
        if name not in named and not (isinstance(service, dict) and service.get("kind") == "database")
    }
    return _matching(found, incomplete)


def environments(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the name of an environment."""
    return _matching(_section(ctx, "environments"), incomplete)


def _matching(names: dict[str, Any], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _section(ctx: typer.Context, key: str) -> dict[str, Any]:
    import yaml

    try:
        with open(ctx.params.get("file") or "services.yaml", encoding="utf-8") as file:  # noqa: PTH123 - any path
            section = yaml.safe_load(file)[key]
    except (OSError, ValueError, TypeError, KeyError, yaml.YAMLError):
        return {}
    return section if isinstance(section, dict) else {}
