"""What is recognised in a file before it is imported."""

from journeyscore.web.look import Look


def look(*targets: str) -> Look:
    return Look(columns=targets, targets=targets, notes=targets, rows=0, first=())


def test_whom_a_row_is_about_may_be_said_by_an_address() -> None:
    for person in ("candidate", "email", "visitor"):
        assert look("name", "occurred_at", person).missing == []
    assert look("name", "occurred_at", "phone").missing == ["candidate"]
    assert look().missing == ["name", "occurred_at", "candidate"]
