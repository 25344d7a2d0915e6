"""Forward only: each migration is applied once, when a data directory is opened."""
