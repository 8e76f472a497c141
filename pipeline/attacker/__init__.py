"""What somebody can work out who has everything published; shares no code with what protects, only what is declared."""
