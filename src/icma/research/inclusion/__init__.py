"""Women and youth: who takes part, at which level, against who lives there; who is missing, and whom to ask."""
