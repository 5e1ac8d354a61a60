"""ast as a library: a tree is walked."""
import ast
