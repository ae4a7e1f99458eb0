"""序时进度: how far a project should be, how far it is, and what holds it up."""
