"""What the paper floor writes: the register of copies that were handed out."""
