"""The learning side: labelled corpora, alignment, training and figures."""
