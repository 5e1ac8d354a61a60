x = 1
y = f"value {x +} end"
