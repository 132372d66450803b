"""De pagina's over taken."""
