"""Measures perfxl against the floor, against the fastest parser, and against what one would write instead."""
