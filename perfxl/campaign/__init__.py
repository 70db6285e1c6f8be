"""What lies on disk: the campaign folder, its register, and the files in it that somebody has open."""

from perfxl.campaign.folder import BadExtension, Campaign

__all__ = ["BadExtension", "Campaign"]
