"""What the numbers of an ambassador programme are, usable without a screen."""
