"""What theory predicts: levels, incoherence, escape times, early-stopping windows."""
