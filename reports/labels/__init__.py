"""Labels as PDF: Data Matrix for vials, Code 128 for racks, boxes, units and positions."""
