"""Deliveries: the log, one delivery with all its attempts, and the endpoints that they go to."""
