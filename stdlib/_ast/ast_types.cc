#include "stdlib/_ast/ast_types.h"

#include <string>
#include <vector>

#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/heap_types.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"

namespace minipy {

AstClasses g_ast_classes;

std::string_view ast_field_name(const char* member) {
  std::string_view name = member;
  if (name.back() == '_') name.remove_suffix(1);
  return name;
}

Str* ast_field_str(const char* member) {
  // Member names are string constants: their addresses identify them.
  struct Entry {
    const char* member;
    Str* name;
  };
  static Entry entries[512];
  size_t i = (reinterpret_cast<uintptr_t>(member) >> 2) % 512;
  while (entries[i].member && entries[i].member != member) i = (i + 1) % 512;
  if (!entries[i].member) entries[i] = {member, str_intern_ascii(ast_field_name(member)).release()};
  return entries[i].name;
}

namespace {

// ---- ast.AST

int ast_traverse(Object* self, VisitProc visit, void* arg) {
  // The subclasses' own traverse and dealloc see to the reference to their type.
  MINIPY_VISIT(cast<AstObject>(self)->dict);
  return 0;
}

int ast_clear(Object* self) {
  clear_field(cast<AstObject>(self)->dict);
  return 0;
}

void ast_dealloc(Object* self) {
  gc_untrack(self);
  clear_field(cast<AstObject>(self)->dict);
  type_of(self)->free(self);
}

// Positional arguments are the fields in order; keywords may be any attributes.
Status init_from_arguments(Object* self, Object* args, Object* kwargs) {
  Ref<Object> fields;
  TRY(object_find_attr(as_object(type_of(self)), NAME("_fields"), fields));
  ssize count = fields ? TRY(object_length(fields.get())) : 0;
  auto* values = cast<Tuple>(args);
  ssize given = tuple_size(values);
  const char* name = type_short_name(type_of(self));
  if (given > count) {
    return raise(TypeError, "{} constructor takes at most {} positional argument{}", name, count,
                 count == 1 ? "" : "s");
  }
  for (ssize i = 0; i < given; i++) {
    Ref<Object> field = TRY(sequence_get_item(fields.get(), i));
    if (!is_instance_of(field.get(), &str_type))
      return raise(TypeError, "attribute name must be string, not '{}'", type_name(field.get()));
    TRY(object_set_attr(self, cast<Str>(field.get()), values->items[i]));
  }
  if (!kwargs) return kOk;
  ssize position = 0;
  Object *key, *value;
  while (dict_next(cast<Dict>(kwargs), &position, &key, &value)) {
    if (fields && TRY(sequence_contains(fields.get(), key))) {
      ssize index = TRY(sequence_search(fields.get(), key, SequenceSearch::kIndex));
      if (index < given) return raise(TypeError, "{} got multiple values for argument '{}'", name, key);
    }
    Ref<Object> held = share(value);
    TRY(object_set_attr(self, cast<Str>(key), value));
  }
  return kOk;
}

int ast_init(Object* self, Object* args, Object* kwargs) { return init_from_arguments(self, args, kwargs) ? 0 : -1; }

Ref<Object> ast_reduce(Object* self) {
  Ref<Object> dict;
  TRY(object_find_attr(self, NAME("__dict__"), dict));
  Ref<Tuple> none = tuple_empty();
  if (dict) return tuple_pack(as_object(type_of(self)), as_object(none.get()), dict.get());
  return tuple_pack(as_object(type_of(self)), as_object(none.get()));
}

constinit MethodDef ast_methods[] = {
    PLAIN_METHOD(ast_reduce, "__reduce__(self)", nullptr),
    {},
};

constinit GetSetDef ast_getset[] = {
    {"__dict__", object_generic_get_dict_slot, object_generic_set_dict_slot, nullptr, nullptr},
    {},
};

}  // namespace

constinit Type ast_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "ast.AST",
    .basicsize = sizeof(AstObject),
    .dealloc = ast_dealloc,
    .getattro = slot<object_generic_get_attr>,
    .setattro = slot<object_generic_set_attr>,
    .flags = kTypeDefault | kTypeBaseType | kTypeHaveGc,
    .traverse = ast_traverse,
    .clear = ast_clear,
    .methods = ast_methods,
    .getset = ast_getset,
    .dictoffset = offsetof(AstObject, dict),
    .init = ast_init,
    .alloc = type_generic_alloc,
    .new_ = type_generic_new,
    .free = gc_free_slot,
};

namespace {

// ---- The classes

struct FieldInfo {
  const char* member;
  const char* type;
  ast::FieldShape shape;
};

struct ClassInfo {
  const char* name;
  std::vector<FieldInfo> fields;
};

// "Name(identifier id, expr_context ctx)"; a class without fields is its name alone.
std::string signature(const ClassInfo& info) {
  std::string text = info.name;
  for (const FieldInfo& field : info.fields) {
    text += text.back() == ')' || text.size() == std::string_view(info.name).size() ? "(" : ", ";
    text += field.type;
    if (field.shape == ast::FieldShape::kOptional) text += '?';
    if (field.shape == ast::FieldShape::kSequence || field.shape == ast::FieldShape::kNullableSequence) text += '*';
    text += ' ';
    text += ast_field_name(field.member);
  }
  if (!info.fields.empty()) text += ')';
  return text;
}

#define ONE(Type, name)      {#name, asdl_name<ast::field_types::Type>(), ast::FieldShape::kOne},
#define OPT(Type, name)      {#name, asdl_name<ast::field_types::Type>(), ast::FieldShape::kOptional},
#define SEQ(Type, name)      {#name, asdl_name<ast::field_types::Type>(), ast::FieldShape::kSequence},
#define NULLABLE(Type, name) {#name, asdl_name<ast::field_types::Type>(), ast::FieldShape::kNullableSequence},

// "expr = BoolOp(...)\n     | NamedExpr(...)": the constructors of a sum, one a line.
template <class Sum>
std::string sum_doc(const char* name) {
  std::string text = name;
  text += " = ";
  bool first = true;
#define AST_NODE(Base, Class, python_name, fields)                                         \
  if constexpr (std::is_same_v<ast::Base, Sum>) {                                          \
    if (!first) text += "\n" + std::string(std::string_view(name).size() + 1, ' ') + "| "; \
    first = false;                                                                         \
    text += signature({python_name, {fields}});                                            \
  }
#include "compiler/ast.def"
  return text;
}

// The classes under their names, in order, for the life of the process: a module _ast that is made anew has the same.
struct MadeClass {
  const char* name;
  Object* type;  // owned
};
std::vector<MadeClass>& made_classes() {
  static std::vector<MadeClass> classes;
  return classes;
}

// type(name, (base,), {'_fields': ..., '__match_args__': ..., '__module__': 'ast', '__doc__': doc}), added to the
// module.
Type* make_class(const char* name, Type* base, const std::vector<FieldInfo>& fields, const std::string& doc) {
  Ref<Tuple> names = TRY(tuple_new(static_cast<ssize>(fields.size())));
  for (size_t i = 0; i < fields.size(); i++)
    names->items[i] = as_object(share(ast_field_str(fields[i].member)).release());
  Ref<Dict> dict = TRY(dict_new());
  TRY(dict_set(dict.get(), as_object(NAME("_fields")), as_object(names.get())));
  TRY(dict_set(dict.get(), as_object(NAME("__match_args__")), as_object(names.get())));
  TRY(dict_set(dict.get(), as_object(NAME("__module__")), as_object(NAME("ast"))));
  Ref<Str> text = TRY(str_from_ascii(doc));
  TRY(dict_set(dict.get(), as_object(NAME("__doc__")), as_object(text.get())));
  Ref<Str> class_name = str_intern_ascii(name);
  Ref<Tuple> bases = TRY(tuple_pack(as_object(base)));
  Ref<Object> made =
      TRY(call(as_object(&type_type), as_object(class_name.get()), as_object(bases.get()), as_object(dict.get())));
  Type* type = cast<Type>(made.get());
  for (const FieldInfo& field : fields) {
    if (field.shape != ast::FieldShape::kOptional) continue;
    TRY(object_set_attr(made.get(), ast_field_str(field.member), py_none()));
  }
  made_classes().push_back({name, made.release()});
  return type;
}

// _attributes; `optional_end`: the end of the location may be missing.
Status add_attributes(Type* type, bool located, bool optional_end) {
  Ref<Tuple> names = tuple_empty();
  if (located) {
    names = TRY(tuple_pack(NAME("lineno"), NAME("col_offset"), NAME("end_lineno"), NAME("end_col_offset")));
  }
  TRY(object_set_attr(as_object(type), NAME("_attributes"), as_object(names.get())));
  if (!located || !optional_end) return kOk;
  TRY(object_set_attr(as_object(type), NAME("end_lineno"), py_none()));
  return object_set_attr(as_object(type), NAME("end_col_offset"), py_none());
}

Type* make_sum(const char* name, const std::string& doc, bool located) {
  Type* type = TRY(make_class(name, &ast_type, {}, doc));
  TRY(add_attributes(type, located, std::string_view(name) != "pattern"));
  return type;
}

// A constructor of a sum, or a product type, which derives from AST itself.
Type* make_node(const char* name, Type* sum, bool located, const std::vector<FieldInfo>& fields) {
  Type* type = TRY(make_class(name, sum ? sum : &ast_type, fields, signature({name, fields})));
  if (!sum) TRY(add_attributes(type, located, true));
  return type;
}

// A sum of constructors without fields: "boolop = And | Or".
Status make_enum(const char* name, const std::vector<const char*>& values, Type** types, Object** instances) {
  std::string doc = std::string(name) + " = ";
  for (size_t i = 0; i < values.size(); i++) doc += (i ? " | " : "") + std::string(values[i]);
  Type* base = TRY(make_sum(name, doc, false));
  for (size_t i = 0; i < values.size(); i++) {
    types[i] = TRY(make_class(values[i], base, {}, values[i]));
    instances[i] = TRY(call(as_object(types[i])))
    .release();
  }
  return kOk;
}

}  // namespace

namespace {

Status ready_base() {
  if (type_has(&ast_type, kTypeReady)) return kOk;
  TRY(heap_type_ready(&ast_type));
  Dict* dict = cast<Dict>(ast_type.dict);
  Ref<Tuple> none = tuple_empty();
  for (Str* name : {NAME("_fields"), NAME("__match_args__"), NAME("_attributes")}) {
    TRY(dict_set(dict, as_object(name), as_object(none.get())));
  }
  type_modified(&ast_type);
  return kOk;
}

}  // namespace

namespace {

Status make_classes() {
  AstClasses& classes = g_ast_classes;
  [[maybe_unused]] Type* Node = nullptr;
  [[maybe_unused]] Type* LocatedNode = nullptr;
  // In the order of the description. A sum's class is a local variable under the name of its C++ class.
#define AST_SUM(Base, python_name, located) \
  Type* Base = TRY(make_sum(python_name, sum_doc<ast::Base>(python_name), located));
#define AST_NODE(Base, Class, python_name, fields)        \
  classes.nodes[static_cast<int>(ast::NodeKind::Class)] = \
      TRY(make_node(python_name, Base, std::is_base_of_v<ast::LocatedNode, ast::Class>, {fields}));
#define VALUE(name, spelling) #name,
#define AST_ENUM(Enum, python_name, values) \
  TRY(make_enum(python_name, {values}, classes.Enum##_types, classes.Enum##_values));
#include "compiler/ast.def"
#undef VALUE
  return kOk;
}

}  // namespace

Status ast_make_classes() {
  TRY(ready_base());
  return made_classes().empty() ? make_classes() : kOk;
}

Status ast_add_base(Module* module) {
  TRY(ready_base());
  return module_add(module, "AST", share(as_object(&ast_type)));
}

Status ast_add_classes(Module* module) {
  TRY(ast_make_classes());
  for (const MadeClass& made : made_classes()) TRY(module_add(module, made.name, share(made.type)));
  return kOk;
}

#undef ONE
#undef OPT
#undef SEQ
#undef NULLABLE

}  // namespace minipy
