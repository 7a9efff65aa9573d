"""The page that says what to run in which order, and what to do where it stops."""
