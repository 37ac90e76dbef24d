"""Honest accuracy (准确率): what the service counts on real footage beside what was there."""
