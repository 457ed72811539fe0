"""What happens to procedures: one module, one public function for each action."""
