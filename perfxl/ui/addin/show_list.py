"""A list written among the results and shown."""

from pathlib import Path

from perfxl.campaign import Campaign, open_files
from perfxl.ui.addin.desk import Desk


def show_list(campaign: Campaign, name: str, made: bytes, desk: Desk) -> Path:
    """Write a list among the results and show it."""
    intended = campaign.folder / "risultati" / name
    path = open_files.write_workbook(intended, made)
    desk.show(path, intended if path != intended else None)
    return path
