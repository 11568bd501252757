"""Where the nginx templates are: beside the package in a checkout, inside it in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def template_dir() -> Path:
    """The directory with the jinja2 templates of the nginx configuration."""
    packed = _PACKAGE / "nginx_templates"
    return packed if packed.is_dir() else _PACKAGE.parent / "nginx"
