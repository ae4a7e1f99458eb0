"""类别: what cases are about, in two levels, and which department is in charge from when on."""
