"""Real histories in, a table out: what runs online, what sqlgen renders of it, and whether both do the same."""
