"""A branch in, what a pull request must know of it out: what is new, what was changed that must not be, findings."""
