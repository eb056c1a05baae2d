"""Labelled corpora: pages with their truth, read lazily from the layouts people have."""

from boilerkill.learn.corpora.corpus import Corpus
from boilerkill.learn.corpora.folding import folds
from boilerkill.learn.corpora.layouts import open_corpus
from boilerkill.learn.corpora.page import LabelledPage
from boilerkill.learn.corpora.sites import registered_domain

__all__ = ["Corpus", "LabelledPage", "folds", "open_corpus", "registered_domain"]
