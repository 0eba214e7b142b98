"""The part that each image plays: train, validation or test.

The parts are stored as one number per image, beside the images, which are never copied.
"""

TRAIN, VALIDATION, TEST = 0, 1, 2
PARTS = ("train", "validation", "test")
