"""Every side effect of the product, counted from outside: it has no hook for this.

`system` stands between the product and its files and signals, `ledger` before SQLite, `engine` before Docker's API;
`run` is a bluegreen under all three, which dies or meets an error at the k-th.
"""
