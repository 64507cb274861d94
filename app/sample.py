"""The invented sample consultation of `make run`, built through the same verbs as a real one."""
