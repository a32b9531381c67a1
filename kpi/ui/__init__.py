"""What a page is made of: the frame around it, filters, cards, charts, tables, words."""
