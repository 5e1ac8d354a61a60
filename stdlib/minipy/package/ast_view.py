"""`minipy ast`: the syntax tree, as `python3.11 -m ast -a FILE` prints it, or as JSON."""
import ast
import sys

from minipy import tool


def node_data(node, attributes):
    """A node as a dict of its class, fields and attributes; what the node does not have is left out."""
    data = {"_type": type(node).__name__}
    names = node._fields + (node._attributes if attributes else ())
    for name in names:
        try:
            value = getattr(node, name)
        except AttributeError:
            continue
        data[name] = field_data(value, attributes)
    return data


def field_data(value, attributes):
    if isinstance(value, ast.AST):
        return node_data(value, attributes)
    if isinstance(value, list):
        return [field_data(item, attributes) for item in value]
    return tool.plain_value(value)


def view(options, source, filename):
    version = options.feature_version
    tree = ast.parse(source, filename, options.mode, type_comments=not options.no_type_comments,
                     feature_version=None if version is None else (3, int(version)))
    attributes = not options.no_attributes
    if options.json:
        import json
        print(json.dumps(node_data(tree, attributes)))
    else:
        print(ast.dump(tree, include_attributes=attributes, indent=int(options.indent)))


def main(words):
    return tool.run("ast", view, words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
