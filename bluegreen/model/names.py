"""Allow-list types: what may be interpolated anywhere is one of these, matched whole."""

from typing import Annotated

from pydantic import StringConstraints


def _matching(pattern: str, longest: int = 255) -> StringConstraints:
    return StringConstraints(strict=True, pattern=rf"\A(?:{pattern})\z", max_length=longest)


Name = Annotated[str, _matching(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", 50)]
"""A service, project or network: lower case letters, digits and single hyphens."""

NetworkName = Annotated[str, _matching(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*", 63)]
Host = Annotated[str, _matching(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", 253)]
"""A DNS host name, or `*.` and a domain."""

UrlPath = Annotated[str, _matching(r"/[A-Za-z0-9._~!&'()*+,=:@%/-]*", 512)]
Port = Annotated[int, "1..65535"]
ImageRef = Annotated[str, _matching(r"[a-zA-Z0-9][a-zA-Z0-9._/:@-]*", 512)]
HeaderName = Annotated[str, _matching(r"[A-Za-z0-9-]+", 64)]
EnvName = Annotated[str, _matching(r"[A-Za-z_][A-Za-z0-9_.]*")]
