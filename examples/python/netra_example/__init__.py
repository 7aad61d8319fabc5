"""A small server of Netra's protocol, written by hand against the generated package `netra_protocol`."""
