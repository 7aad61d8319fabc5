"""What the generated modules of this package are built on; none of it knows the protocol."""
