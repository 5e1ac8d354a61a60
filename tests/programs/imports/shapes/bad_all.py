__all__ = ["real", "unreal"]
real = 1
