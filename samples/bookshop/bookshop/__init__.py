"""A small bookshop: customers with roles, books from publishers, and their orders."""
