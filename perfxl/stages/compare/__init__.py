"""Many bodies side by side: what their consolidated documents say that can be compared, and where each of them stands.

``facts`` takes one campaign's documents apart into rows; ``store`` keeps rows as Parquet, so many campaigns to a part;
``standings`` gives each row its place among its like with Dask DataFrame, whatever their number; ``book``, ``page`` and
``package`` show what came out. What can be compared is what stands at the same moment: the same year, the same kind of
round and, for a monitoring, the same day.
"""
