"""Tables on the screen, and the files of them."""
