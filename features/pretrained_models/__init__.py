"""What a pretrained feature is made of: the networks, each a module that loads one."""
