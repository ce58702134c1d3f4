"""What the makers of paydrill run; none of it is installed."""
