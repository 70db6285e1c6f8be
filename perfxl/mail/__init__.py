"""The mail of a campaign: what is written to the sectors (``out``, ``transports``) and what comes back (``back``)."""
