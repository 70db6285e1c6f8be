"""From document to document, one folder a stage, its function in its face. Stages do not import one another."""
