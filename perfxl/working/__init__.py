"""Where received files are read: local processes, a cluster; and what travels to them and back."""
