"""Reading and making the codes on vials, boxes, places and badges: pure functions, no database."""
