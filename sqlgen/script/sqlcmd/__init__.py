"""Scripts for sqlcmd and SQL Server Management Studio."""
