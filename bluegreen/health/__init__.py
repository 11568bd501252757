"""Whether a new release is fit to serve."""
