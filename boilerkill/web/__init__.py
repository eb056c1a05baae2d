"""What a person looks at in a browser: reports that stand alone, and the labelling page."""
