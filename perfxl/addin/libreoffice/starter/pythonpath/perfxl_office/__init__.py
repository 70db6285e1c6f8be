"""The part of perfxl that runs inside LibreOffice."""
