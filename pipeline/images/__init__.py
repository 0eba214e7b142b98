"""Images of any source become one array, and each of them train, validation or test."""
