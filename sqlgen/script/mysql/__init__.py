"""Scripts for the mysql and mariadb clients."""
