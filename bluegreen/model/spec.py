"""The base of everything in services.yaml."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Argv = tuple[str, ...]
Flag = Annotated[bool, Field(strict=True)]


class Spec(BaseModel):
    """The base of everything in services.yaml: unknown keys are errors, values don't change."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", defer_build=True, coerce_numbers_to_str=True, hide_input_in_errors=True
    )
