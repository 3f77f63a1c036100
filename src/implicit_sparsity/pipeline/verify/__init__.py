"""Does a run agree with the committed one, as far as rounding lets it?"""
