"""What banks say: statements that operators bring in, their lines, and what each line was for."""
