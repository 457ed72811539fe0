"""The budgets are counted as the style guide says."""

from pathlib import Path

from tools.budgets import complaints


def test_names_everything_that_is_too_long(tmp_path: Path) -> None:
    views = tmp_path / "web" / "views"
    views.mkdir(parents=True)
    (views / "scan.py").write_text("def scan():\n" + "    pass\n" * 25)
    (tmp_path / "audit").mkdir()
    (tmp_path / "audit" / "long.py").write_text("def f():\n" + "    pass\n" * 300)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text("<p>\n" * 121)

    assert list(complaints(tmp_path)) == [
        "audit/long.py: the module has 301 lines; 300 are allowed",
        "audit/long.py: f() has 301 lines; 40 are allowed",
        "web/views/scan.py: scan() has 26 lines; 25 are allowed",
        "templates/page.html: the template has 121 lines; 120 are allowed",
    ]


def test_leaves_migrations_alone(tmp_path: Path) -> None:
    migrations = tmp_path / "audit" / "migrations"
    migrations.mkdir(parents=True)
    (migrations / "0001_ground.py").write_text("pass\n" * 900)

    assert list(complaints(tmp_path)) == []
