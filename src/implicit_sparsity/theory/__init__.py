"""What theory predicts: levels, escape times, early-stopping windows."""
