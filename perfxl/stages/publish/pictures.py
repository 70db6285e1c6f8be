"""Whether two pictures show the same, drawn on machines that smooth otherwise."""

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import ndarray

#: How far two drawings of one picture may be apart, of 255: the mean over all its points, and over the square of ``SQUARE`` points
#: where they differ most.
PICTURES_APART, SQUARE_APART, SQUARE = 1.5, 14, 8
#: How far a point may lie outside what the other drawing has around it, in any of its colours: so much, and this share of the contrast
#: in which it stands, which smoothing takes from a thin line. Smoothing mixes what lies side by side; what is drawn where the other
#: has nothing lies outside by all its contrast, on a dark ground too.
OUTSIDE, SMOOTHED = 10, 0.3


def look_alike(ours: bytes, theirs: bytes) -> bool:
    """Whether ``theirs`` (PNG, from anywhere) shows what ``ours`` does. What is no picture shows nothing."""
    import numpy
    from PIL import Image

    try:
        with Image.open(io.BytesIO(ours)) as one, Image.open(io.BytesIO(theirs), formats=["PNG"]) as other:
            if one.size != other.size:
                return False
            first, second = (numpy.asarray(picture.convert("RGBA"), dtype="int16") for picture in (one, other))
    except Exception:  # a picture that is none fails in any way it likes
        return False
    apart = numpy.abs(first - second).mean(axis=2)
    if apart.mean() > PICTURES_APART or _squares(apart).max() > SQUARE_APART:
        return False
    return not _outside(first, second) and not _outside(second, first)


def _outside(one: "ndarray", other: "ndarray") -> bool:
    """Whether ``one`` has a point that no smoothing of what ``other`` has there and beside could come near."""
    (low, high), (least, most) = _around(other), _around(one)
    near = OUTSIDE + SMOOTHED * (most - least)
    return bool(((one < low - near) | (one > high + near)).any())


def _around(picture: "ndarray") -> "tuple[ndarray, ndarray]":
    """The least and the most of each colour of every point and of the eight around it."""
    import numpy

    low = high = numpy.pad(picture, ((1, 1), (1, 1), (0, 0)), mode="edge")
    low, high = (func.reduce((side[:-2], side[1:-1], side[2:])) for func, side in ((numpy.minimum, low), (numpy.maximum, high)))
    low, high = (func.reduce((side[:, :-2], side[:, 1:-1], side[:, 2:])) for func, side in ((numpy.minimum, low), (numpy.maximum, high)))
    return low, high


def _squares(points: "ndarray") -> "ndarray":
    """The means of ``points`` over its squares, those at the edge filled up with nothing."""
    import numpy

    high, wide = (-(-side // SQUARE) for side in points.shape)
    squares = numpy.zeros((high * SQUARE, wide * SQUARE))
    squares[:points.shape[0], :points.shape[1]] = points
    return squares.reshape(high, SQUARE, wide, SQUARE).mean(axis=(1, 3))
