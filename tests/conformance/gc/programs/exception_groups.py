"""Exception groups and except*."""
import gc

gc.set_threshold(30, 4, 4)
for i in range(200):
    try:
        raise ExceptionGroup("several", [ValueError(i), TypeError("t"), ExceptionGroup("inner", [KeyError(i)])])
    except* ValueError as e:
        kept = e
    except* (TypeError, KeyError):
        pass
