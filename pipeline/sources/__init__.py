"""Where images come from: each kind of data set is a module that the registry names."""
