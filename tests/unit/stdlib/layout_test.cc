// The table of layouts against CPython's headers, field by field by its name there.
#include <python3.11/Python.h>

#include <gtest/gtest.h>

#include <cstring>

#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/float.h"
#include "runtime/frame_objects.h"
#include "runtime/function.h"
#include "runtime/str.h"
#include "runtime/type.h"
#include "runtime/weakref.h"
#include "stdlib/minipy/layout.h"

namespace {

struct Expected {
  const char* name;
  size_t offset, size;
};

void expect_fields(const minipy::Type& type, std::initializer_list<Expected> expected) {
  const minipy::FieldSpec* table = minipy::layout_table(&type);
  ASSERT_NE(table, nullptr);
  for (const Expected& e : expected) {
    const minipy::FieldSpec* f = table;
    while (f->name && std::strcmp(f->name, e.name) != 0) f++;
    ASSERT_NE(f->name, nullptr) << e.name;
    EXPECT_EQ(f->offset, static_cast<minipy::ssize>(e.offset)) << e.name;
    EXPECT_EQ(f->size, static_cast<minipy::ssize>(e.size)) << e.name;
  }
}

#define THEIRS(Struct, field) \
  { #field, offsetof(Struct, field), sizeof(Struct::field) }

TEST(Layout, IsThatOfTheHeaders) {
  expect_fields(minipy::list_type, {THEIRS(PyListObject, ob_item), THEIRS(PyListObject, allocated)});
  expect_fields(minipy::dict_type, {THEIRS(PyDictObject, ma_used), THEIRS(PyDictObject, ma_version_tag),
                                    THEIRS(PyDictObject, ma_keys), THEIRS(PyDictObject, ma_values)});
  expect_fields(minipy::set_type, {THEIRS(PySetObject, fill), THEIRS(PySetObject, used), THEIRS(PySetObject, mask),
                                   THEIRS(PySetObject, table), THEIRS(PySetObject, hash), THEIRS(PySetObject, finger),
                                   THEIRS(PySetObject, smalltable), THEIRS(PySetObject, weakreflist)});
  expect_fields(minipy::float_type, {THEIRS(PyFloatObject, ob_fval)});
  expect_fields(minipy::slice_type,
                {THEIRS(PySliceObject, start), THEIRS(PySliceObject, stop), THEIRS(PySliceObject, step)});
  expect_fields(minipy::function_type,
                {THEIRS(PyFunctionObject, func_globals), THEIRS(PyFunctionObject, func_builtins),
                 THEIRS(PyFunctionObject, func_name), THEIRS(PyFunctionObject, func_qualname),
                 THEIRS(PyFunctionObject, func_code), THEIRS(PyFunctionObject, func_defaults),
                 THEIRS(PyFunctionObject, func_kwdefaults), THEIRS(PyFunctionObject, func_closure),
                 THEIRS(PyFunctionObject, func_doc), THEIRS(PyFunctionObject, func_dict),
                 THEIRS(PyFunctionObject, func_weakreflist), THEIRS(PyFunctionObject, func_module),
                 THEIRS(PyFunctionObject, func_annotations), THEIRS(PyFunctionObject, vectorcall),
                 THEIRS(PyFunctionObject, func_version)});
  expect_fields(minipy::method_type, {THEIRS(PyMethodObject, im_func), THEIRS(PyMethodObject, im_self),
                                      THEIRS(PyMethodObject, im_weakreflist), THEIRS(PyMethodObject, vectorcall)});
  expect_fields(
      minipy::builtin_function_type,
      {THEIRS(PyCFunctionObject, m_ml), THEIRS(PyCFunctionObject, m_self), THEIRS(PyCFunctionObject, m_module),
       THEIRS(PyCFunctionObject, m_weakreflist), THEIRS(PyCFunctionObject, vectorcall)});
  expect_fields(minipy::cell_type, {THEIRS(PyCellObject, ob_ref)});
  expect_fields(minipy::weakref_type, {THEIRS(PyWeakReference, wr_object), THEIRS(PyWeakReference, wr_callback),
                                       THEIRS(PyWeakReference, hash), THEIRS(PyWeakReference, wr_prev),
                                       THEIRS(PyWeakReference, wr_next), THEIRS(PyWeakReference, vectorcall)});
  expect_fields(minipy::traceback_type, {THEIRS(PyTracebackObject, tb_next), THEIRS(PyTracebackObject, tb_frame),
                                         THEIRS(PyTracebackObject, tb_lasti), THEIRS(PyTracebackObject, tb_lineno)});
  expect_fields(minipy::generator_type, {THEIRS(PyGenObject, gi_code), THEIRS(PyGenObject, gi_weakreflist),
                                         THEIRS(PyGenObject, gi_name), THEIRS(PyGenObject, gi_qualname),
                                         THEIRS(PyGenObject, gi_exc_state), THEIRS(PyGenObject, gi_origin_or_finalizer),
                                         THEIRS(PyGenObject, gi_hooks_inited), THEIRS(PyGenObject, gi_closed),
                                         THEIRS(PyGenObject, gi_running_async), THEIRS(PyGenObject, gi_frame_state)});
  expect_fields(minipy::type_type, {THEIRS(PyTypeObject, tp_name), THEIRS(PyTypeObject, tp_flags),
                                    THEIRS(PyTypeObject, tp_dict), THEIRS(PyTypeObject, tp_mro),
                                    THEIRS(PyTypeObject, tp_version_tag), THEIRS(PyTypeObject, tp_vectorcall)});
}

}  // namespace
