"""Every sheet of paper, the kit they share and the register of exports."""
