"Learn a new viewer's taste one rating at a time: movie embeddings, contextual bandits, and a simulation on real ratings."
__version__ = "0.1.0"
