// Expressions as text: what annotations become under `from __future__ import annotations` (PEP 563).
#pragma once

#include "compiler/ast.h"
#include "gc/object.h"

namespace minipy {

struct Str;
Ref<Str> unparse_expression(ast::Expr* e);

}  // namespace minipy
