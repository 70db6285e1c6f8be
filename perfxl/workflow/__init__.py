"""One module a command, chaining the stages on a campaign folder."""
