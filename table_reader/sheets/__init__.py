"""What a workbook is made of: its sheets, their cells, and what is hidden or merged in them."""
