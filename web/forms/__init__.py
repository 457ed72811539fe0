"""Forms: what people type, parsed; rules live in the domain."""
