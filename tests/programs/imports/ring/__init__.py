# The modules of a ring of imports.
