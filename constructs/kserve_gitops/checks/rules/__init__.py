"""The rules, one module for each subject. Every module of this folder is loaded; none may import another's rules."""
