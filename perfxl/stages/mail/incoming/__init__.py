"""What comes back by mail: messages, archives and what is inside them, taken apart within bounds and never trusted."""
