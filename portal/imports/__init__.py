"""导入: from a published spreadsheet, as messy as it is, to checked projects."""
