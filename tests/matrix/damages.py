"""What befalls a project between commands."""

from bluegreen.model.container import Role
from bluegreen.proxy.manifest import digest
from tests.matrix.site import Site


def nginx_gone(site: Site) -> None:
    """Somebody has removed the proxy's container."""
    site.engine._remove("shop-proxy")


def other_settings(site: Site) -> None:
    """services.yaml has another proxy setting since."""
    settings = site.project.proxy.model_copy(update={"gzip": False})
    site.project = site.project.model_copy(update={"proxy": settings})


def edited(site: Site) -> None:
    """Somebody has edited nginx's text."""
    text = site.state / "nginx/current/nginx.conf"
    text.write_text(text.read_text() + "# by hand\n")


def edited_with_its_manifest(site: Site) -> None:
    """Somebody has edited nginx's text, and had the manifest beside it agree."""
    text, manifest = (site.state / "nginx/current" / name for name in ("nginx.conf", "manifest.json"))
    before = digest(text.read_bytes())
    edited(site)
    manifest.write_text(manifest.read_text().replace(before, digest(text.read_bytes())))


def edited_and_its_manifest_lost(site: Site) -> None:
    """Somebody has edited nginx's text, and removed the manifest beside it."""
    edited(site)
    (site.state / "nginx/current/manifest.json").unlink()


def edited_and_the_ledger_lost(site: Site) -> None:
    """Somebody has edited nginx's text, and the ledger had to be rebuilt."""
    ledger(site)
    assert site.run("doctor", "--fix", "--yes").status == 0
    edited(site)


def manifest_and_ledger_lost(site: Site) -> None:
    """The ledger had to be rebuilt, and nothing is left beside nginx's text."""
    ledger(site)
    assert site.run("doctor", "--fix", "--yes").status == 0
    (site.state / "nginx/current/manifest.json").unlink()


def machine(site: Site) -> None:
    """The live containers have stopped, nginx is gone, its text was edited, a mode is wrong, and files were left."""
    nginx_gone(site)
    for name, process in site.engine.processes.items():
        if process.container.role is Role.APP:
            process.restart = "no"
            site.engine.exit(name, 137)
    edited(site)
    (site.state / ".kept.json.4194304").write_text("half")
    (site.state / "kept.json").chmod(0o640)


def ledger(site: Site) -> None:
    """The ledger can't be read any more."""
    for name in ("ledger.sqlite3-wal", "ledger.sqlite3-shm"):
        (site.state / name).unlink(missing_ok=True)
    path = site.state / "ledger.sqlite3"
    path.write_bytes(b"not a database".ljust(len(path.read_bytes()), b"."))
