"""What to type where something is missing; editors show the same."""

EXAMPLES = {
    "project": "shop",
    "network": "shop-network",
    "services": "{shop-server: …}",
    "host": "shop.example.com",
    "hosts": "[shop.example.com]",
    "certificate": "/etc/ssl/shop.pem",
    "key": "/etc/ssl/shop.key",
    "command": "[node, dist/migrate.js]",
    "soft": "4096",
    "hard": "8192",
    "image": "ghcr.io/acme/shop-server",
    "port": "3000",
    "engine": "postgres",
    "version": "17",
    "files": "compose.yaml",
    "rule": "BG102",
    "reason": "mail is caught at a workplace alone",
}
"""By key."""
