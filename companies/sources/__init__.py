"""Where the register's data comes from."""
