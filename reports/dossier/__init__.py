"""The therapy dossier: everything known of one patient's therapy, gathered once, printed twice."""
