"""A small shop for demonstrations, tests and benchmarks: standard library only, and psycopg2 where there is a database.

`python3 -m app server | storefront | worker | migrate`; everything else is said by the environment (see `knobs`).
"""
