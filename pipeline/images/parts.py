"""The part that each image plays: a column beside the images, never copies of them."""

TRAIN, VALIDATION, TEST = 0, 1, 2
PARTS = ("train", "validation", "test")
