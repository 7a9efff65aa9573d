"""Refuses what a client would not hand to the server exactly as it stands."""
