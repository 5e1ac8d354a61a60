import ring.d
done = 1
