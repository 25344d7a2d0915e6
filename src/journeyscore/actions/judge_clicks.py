"""Somebody knows better than our rules: the machines that clicked a link were people. Or that was wrong, too."""

import polars as pl

from journeyscore.actions.workspace import Workspace
from journeyscore.domain.link import EVENT, SOURCE


def judge_clicks(workspace: Workspace, code: str, *, people: bool) -> int:
    """Take the machines' clicks on a link for people's, or take that back; gives how many were judged anew.

    Their points follow by themselves, everywhere. Raises BusyError, StorageError.
    """
    link = pl.col("properties").str.json_path_match("$.link") == code
    clicks = (pl.col("source") == SOURCE) & (pl.col("name") == EVENT) & link
    return workspace.log.rejudge(clicks, machine=not people)
