"""Releases as a person names them: by the end of their ids."""

from bluegreen.ledger.ledger import Ledger
from bluegreen.model.errors import ConfigError


def release_named(ledger: Ledger, text: str) -> str:
    """Return the id of the one release whose id ends in `text`. Raises ConfigError where there is none, or several."""
    found = ledger.releases_ending(text)
    if len(found) != 1:
        raise ConfigError(
            f"{len(found) or 'no'} releases end in {text}", "bluegreen history shows the releases; type more of one"
        )
    return found[0]
