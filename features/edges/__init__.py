"""What HOG counts: edges, by place and direction."""
