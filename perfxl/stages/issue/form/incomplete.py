"""The refusal of a master that lacks names or keys by which issue finds its cells."""


class MasterIncomplete(ValueError):
    """The master lacks defined names, or keys of its blocks; ``names`` lists them."""

    def __init__(self, missing: list[str]):
        super().__init__("the master lacks: " + ", ".join(missing))
        self.names = missing
