"""What screens show of the trail: changes, the versions they wrote, signatures, refusals."""
