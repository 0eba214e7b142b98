"""What the report's sections show, a module each, with a template of the same name.

A module has `section(material)`, which returns what its template is given, or None where the run
has nothing to show for it. Numbers and names go to the template as they are to be read.
"""
