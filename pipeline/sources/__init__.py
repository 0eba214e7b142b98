"""Sources of images: each kind of data set is a module that is listed in `registry`."""
