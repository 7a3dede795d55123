"""Where the article stands on its page: what each line looks like, and the model that goes by it."""
