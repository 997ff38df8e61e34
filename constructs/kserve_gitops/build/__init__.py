"""From manifests to `dist/`: what the folder must hold, how it differs, and the one writer of it."""
