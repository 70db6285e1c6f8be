"""The Word documents of a round: what stands in their templates, drawn from code, and what fills them."""
