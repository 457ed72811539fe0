"""What exists and where: sites, containers, programs, products, patients, therapies, vials."""
