"""承办单位: the register of departments, their aliases and duties."""
