"""What each button does, a module a button, named like it: ``press`` does the same as the command of its stage, with its result on
screen. A module is imported when its button is pressed."""
