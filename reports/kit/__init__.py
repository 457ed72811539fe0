"""What every sheet of paper shares: page, fonts, tables, marks, archive format, bundle."""
