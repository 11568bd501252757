"""The verbs, in the order in which the help lists them."""

VERBS = [
    "deploy",
    "plan",
    "rollback",
    "promote",
    "abort",
    "status",
    "history",
    "audit",
    "diff",
    "logs",
    "changed",
    "doctor",
    "check",
    "schema",
    "init",
    "adopt",
    "up",
    "down",
    "proxy up",
    "proxy show",
]
