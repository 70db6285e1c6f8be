"""The plan workbook: how a plan lies on its sheets (``layout``), how it is drawn (``drawing``, ``front``, ``cells``,
``rules``), read back (``reading``) and checked (``checks``, ``refusals``).
"""
