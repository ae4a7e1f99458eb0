"""存疑评价: ratings that came in a way that suggests stuffing are set aside, by a public rule."""
