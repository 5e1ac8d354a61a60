"""enum."""
import enum
