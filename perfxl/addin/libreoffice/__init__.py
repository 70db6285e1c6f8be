"""perfxl inside LibreOffice: an extension with the menu and toolbar *Performance*.

The extension (``extension``, ``configuration``) holds a thin starter (``starter``), which runs in the office program's own Python and
starts ``python -m perfxl.addin.libreoffice`` beside it. The two speak in lines of JSON: the starter tells what is open, perfxl
(``desk``) asks it to save, open, renew and ask.
"""
