"""The adapters: one small module for each way in which readings come."""
