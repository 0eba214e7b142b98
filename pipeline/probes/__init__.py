"""Probes: what a trained run's numbers hide, found by disturbed images and by doubtful data."""
