import ring.c
x = ring.c.done
