"""What the cells of a column mean: numbers, dates, yes and no, or words."""
