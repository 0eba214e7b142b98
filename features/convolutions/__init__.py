"""What a convolutional network is made of: whitening, layers, augmentation, precision, training.

Only what needs PyTorch imports this folder: it is in the extra `deep`.

Source of the design: Jordan, 94% on CIFAR-10 in 3.29 Seconds on a Single GPU, 2024 (airbench).
"""
