"""Tables that fit the terminal."""

from textwrap import dedent

from bluegreen.cli.table import Column, table

COLUMNS = (Column("NAME"), Column("IMAGE", narrow="start"), Column("WHY", narrow="wrap"), Column("WHO", narrow="end"))
ROW = ("server", "ghcr.io/acme/server:1.4.2", "it exited with status 3", "alice@shop1.example.com")


def test_without_a_terminal_nothing_is_cut() -> None:
    expected = """\
        NAME    IMAGE                      WHY                      WHO
        server  ghcr.io/acme/server:1.4.2  it exited with status 3  alice@shop1.example.com"""
    assert table(COLUMNS, [ROW], None) == dedent(expected)


def test_a_narrow_terminal_takes_from_the_widest_columns_each_in_its_own_way() -> None:
    expected = """\
        NAME    IMAGE            WHY              WHO
        server  …/server:1.4.2  it exited with  alice@shop1.e…
                                status 3"""
    lines = table(COLUMNS, [ROW], 54).splitlines()
    assert lines[1:] == dedent(expected).splitlines()[1:]
    assert max(map(len, lines)) <= 54


def test_what_never_gives_way_is_whole_in_the_narrowest_terminal() -> None:
    lines = table(COLUMNS, [("a-very-long-service-name", *ROW[1:])], 10).splitlines()
    assert lines[1].startswith("a-very-long-service-name  …erver:1.4.2  ")


def test_a_column_that_is_empty_throughout_is_left_out() -> None:
    assert table(COLUMNS, [("a", "", "", "x"), ("b", "", "", "")], None) == "NAME  WHO\na     x\nb"


def test_a_cell_may_have_several_lines() -> None:
    expected = """\
        NAME  IMAGE  WHY
        a     1      first
              2
        b     3      second"""
    assert table(COLUMNS, [("a", "1\n2", "first", ""), ("b", "3", "second", "")], None) == dedent(expected)


def test_no_rows_are_no_table() -> None:
    assert table(COLUMNS, [], 80) == ""


def test_a_hundred_rows_fit_into_eighty_columns() -> None:
    rows = [(f"service-{number}", *ROW[1:]) for number in range(100)]
    lines = table(COLUMNS, rows, 80).splitlines()
    assert sum(line.startswith("service-") for line in lines) == 100
    assert max(map(len, lines)) <= 80
