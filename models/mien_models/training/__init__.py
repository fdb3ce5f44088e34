"""Training of the shipped networks: faces, targets, augmentation, schedule and the loop. Needs torch."""
