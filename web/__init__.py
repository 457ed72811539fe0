"""Every screen: urls, views, forms, template tags; no tables, no rules, no writes."""
