"""Which part of the experiment each image plays in: a column beside the images, never copies."""

TRAIN, VALIDATION, TEST = 0, 1, 2
PARTS = ("train", "validation", "test")
