"""A team's repository: two services, each of a folder of its own, and the environments of services.yaml."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.engine.product.shop import HOST, Shop
from tests.fakes.history import History

DOCKERFILE = """\
FROM nginx:1.30 AS prod
COPY apps/{service}/default.conf /etc/nginx/conf.d/default.conf
"""
SITE = 'server {{ listen 80; add_header X-Release {release}; location / {{ return 200 "ok"; }} }}\n'
SMOKE = "while [ -e held ]; do touch reached; sleep 0.1; done"
"""What has a deployment wait as long as a test holds it."""
HEALTH = {"http": {"path": "/"}, "deadline": "20s", "interval": "100ms"}
ENVIRONMENTS = {
    "prod-sim": {"disposable": True},
    "production": {"release": "tag", "tags": "v*", "branches": ["main"], "require_digest": True},
}


class Repository(History):
    """Where the pipelines' commits are made: the services `server` and `store`, behind the project's name.

    `images` is where the registry keeps theirs.
    """

    def __init__(self, shop: Shop, images: str) -> None:
        super().__init__(shop.folder / "origin")
        self._shop = shop
        self._images = images

    def begin(self) -> None:
        """Write all that does not change; nothing is committed."""
        content = {
            "project": self._shop.project,
            "network": self._shop.project,
            "proxy": {"http": f"127.0.0.1:{self._shop.port}", "workers": 1},
            "services": {self._shop.named(name): self._service(name) for name in ("server", "store")},
            "environments": ENVIRONMENTS,
            "hooks": {"smoke": ["bash", "-c", f"cd {self._shop.folder}; {SMOKE}"]},
        }
        self._write("services.yaml", yaml.safe_dump(content, sort_keys=False))
        for name in map(self._shop.named, ("server", "store")):
            self._write(f"apps/{name}/Dockerfile", DOCKERFILE.format(service=name))

    def release(self, message: str, *tags: str, **sites: str) -> str:
        """Commit new sites of services, each by its release; one that is `broken` never starts. Return the commit."""
        for name, release in sites.items():
            site = "broken" if release == "broken" else SITE.format(release=release)
            self._write(f"apps/{self._shop.named(name)}/default.conf", site)
        return self.tagged(message, *tags)

    def document(self, message: str, *tags: str) -> str:
        """Commit documentation alone. Return the commit."""
        self._write(f"apps/{self._shop.named('server')}/README.md", message)
        return self.tagged(message, *tags)

    def tagged(self, message: str, *tags: str) -> str:
        """Commit what there is under these tags. Return the commit."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        for tag in tags:
            self.git("tag", tag)
        return self.git("rev-parse", "HEAD")

    def image(self, service: str, commit: str) -> str:
        """What an image is called that was built at a commit."""
        return f"{self._images}/{service}:{commit}"

    def _service(self, name: str) -> Mapping[str, Any]:
        return {
            "image": f"{self._images}/{name}",
            "source": [f"apps/{self._shop.named(name)}"],
            "ignore": ["**/*.md"],
            "port": 80,
            "routes": [{"host": HOST, "path": "/" if name == "server" else f"/{name}"}],
            "health": HEALTH,
            "bake": {"for": "0s"},
            "drain_timeout": "2s",
        }

    def _write(self, name: str, text: str) -> None:
        path: Path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
