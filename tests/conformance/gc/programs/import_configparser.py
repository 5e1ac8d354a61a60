"""configparser, used."""
import configparser

parser = configparser.ConfigParser()
parser.read_string("[a]\nx = 1\n[b]\ny = %(x)s\nx = 2\n")
print(parser["b"]["y"])
