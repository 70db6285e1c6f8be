"""What is published beside the report: open data, the short version for citizens, the validation pack, the bundle."""
