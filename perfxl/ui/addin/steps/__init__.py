"""What each button does, a module a group of the tab: the same as the command of its stage, with its result on screen."""
