"""What a file as the ledger spat it out seems to be: guesses with their evidence, and questions where it cannot be known."""
