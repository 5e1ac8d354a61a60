value = some_function_name(argument_one, argument_two) + another_name another_thing + 1
