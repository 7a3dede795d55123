"""Parts of a page that are no prose, each of which is of the article as a whole or not at all."""
