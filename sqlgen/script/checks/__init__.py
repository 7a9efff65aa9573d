"""Read-only scripts: preflight, before; postcheck, after. Each engine's catalogs, and what is asked of them."""
