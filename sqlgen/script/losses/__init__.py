"""What a range destroys, and what going back loses."""
