"""A list written among the results and shown."""

from pathlib import Path

from perfxl import occupied
from perfxl.addin.desk import Desk
from perfxl.campaign import Campaign


def show_list(campaign: Campaign, name: str, made: bytes, desk: Desk) -> Path:
    """Write a list among the results and show it."""
    intended = campaign.folder / "risultati" / name
    path = occupied.put(intended, made)
    desk.show(path, intended if path != intended else None)
    return path
