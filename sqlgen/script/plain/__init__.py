"""Scripts without any client's commands, for tools that have none."""
