"""The browser: NiceGUI shell, kit and one package of pages per slice of the domain (see `domain`)."""
