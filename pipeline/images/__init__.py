"""Load the images of a source into one array, and split them into train, validation and test."""
