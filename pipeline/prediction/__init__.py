"""Prediction: a trained model applied to images, from their pixels to scores of the classes."""
