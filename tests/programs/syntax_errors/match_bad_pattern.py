match x:
    case a.b.c():
        pass
    case 1 +:
        pass
