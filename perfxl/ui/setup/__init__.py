"""The file to double-click: installs perfxl for one user, starts its window, takes it away again.

``program`` runs in any Python and needs nothing but its library; ``building`` packs it with perfxl's wheel, and with the wheels of
everything perfxl needs for computers without a network.
"""
