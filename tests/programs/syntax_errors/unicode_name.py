y = "\N{NO SUCH NAME}"
