print("raises is running")
raise ValueError("at import")
