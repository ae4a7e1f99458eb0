"""代表测评: ballots of deputies, a record apart from the ratings of residents."""
