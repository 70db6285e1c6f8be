"""What a person touches: the command line, the screen, the tab inside Excel, the window, the watch."""
