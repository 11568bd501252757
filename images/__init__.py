"""The images that the tests and the demo run: pulled where a registry answers, else built from Debian packages."""
