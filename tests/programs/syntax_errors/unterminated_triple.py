x = 1
y = """never
ends
