"""Charts as plain options and as SVG text, drawn without a browser and knowing nothing of the apps."""
