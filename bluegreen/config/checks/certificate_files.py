"""Certificates and keys: nobody else's, where they are there already."""

from pathlib import Path

from bluegreen.config.node import Places
from bluegreen.config.problem import KeyPath
from bluegreen.model.project import Project
from bluegreen.ownership import fault


def check_certificate_files(project: Project, places: Places) -> None:
    """Report files that somebody else could change; links are followed, for certificates are renewed behind them."""
    for index, tls in enumerate(project.proxy.tls):
        for key, name in (("certificate", tls.certificate), ("key", tls.key)):
            _check(Path(name), ("proxy", "tls", index, key), places)


def _check(file: Path, path: KeyPath, places: Places) -> None:
    try:
        if wrong := fault(file, link=True):
            places.add(path, str(wrong))
        elif file.exists() and not file.is_file():
            places.add(path, "is no file")
    except OSError:
        # a deployment says so, if it can't read it either
        return
