"""Gebeurtenissen naar buiten: de feed die een systeem zelf leest, en webhooks die de portaal stuurt."""
