"""De Webhooks-API en de feed van gebeurtenissen; elke verandering gaat via `webhooks.handelingen`."""
