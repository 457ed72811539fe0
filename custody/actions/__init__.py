"""What happens to vials: one module, one public function for each action."""
