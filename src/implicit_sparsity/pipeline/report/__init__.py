"""The report: settings in words, captions of figures, the explorer and the notebooks' pages."""
