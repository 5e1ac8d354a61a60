"""typing and dataclasses."""
import dataclasses, typing
