"""What was changed behind our back."""

from bluegreen.model.color import Color
from bluegreen.proxy import layout
from bluegreen.proxy.control import Said
from bluegreen.proxy.store import Store


def drift(store: Store, said: Said | None, current: int | None) -> tuple[str, ...]:
    """Say it, a sentence each; nothing while nginx doesn't answer."""
    if said is None:
        return ()
    if current is None:
        return (f"nginx serves generation {said.generation}, and {store.folder} holds none",)
    found = []
    if said.generation != current:
        found.append(f"nginx serves generation {said.generation}, but would serve {current} after a restart")
    flags = store.live()
    if any(color is not flags.get(service, Color.BLUE) for service, color in said.live.items()):
        found.append(f"nginx does not see the flags in {store.folder}: the directory was replaced since it started")
    manifest = store.manifest(current)
    if manifest is None:
        found.append(f"the manifest of generation {current} is lost or damaged")
    return tuple(found)


def edited(store: Store, current: int | None) -> tuple[str, ...]:
    """Say which files of the generation that nginx reads a person has changed, a sentence each."""
    manifest = store.manifest(current) if current is not None else None
    changed = store.changed_files(manifest) if manifest else ()
    return tuple(f"{store.folder}/{layout.generation_dir(current or 0)}/{name} was changed by hand" for name in changed)
