// The layouts against CPython's headers (D1): every size and offset that compiled extension modules rely on. What the
// headers keep opaque is compared with the numbers of CPython 3.11.
//
// Python.h comes first, as its documentation demands; ours live in namespace minipy.
#include <python3.11/Python.h>
#include <python3.11/structmember.h>

#include <gtest/gtest.h>

#include <cstring>

#include "gc/collector.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/descriptor.h"
#include "runtime/dict.h"
#include "runtime/exceptions.h"
#include "runtime/float.h"
#include "runtime/frame_objects.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "runtime/type.h"
#include "runtime/weakref.h"

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"  // Bytes::hash is deprecated there

#define SAME_SIZE(Ours, Theirs) static_assert(sizeof(minipy::Ours) == sizeof(Theirs), #Ours)
#define SAME(Ours, field, Theirs, their_field) \
  static_assert(offsetof(minipy::Ours, field) == offsetof(Theirs, their_field), #Ours "::" #field)
#define AT(Ours, field, offset) static_assert(offsetof(minipy::Ours, field) == (offset), #Ours "::" #field)

namespace {

// ---- Headers of objects -------------------------------------------------------------------------------------------
SAME_SIZE(Object, PyObject);
SAME(Object, refcount, PyObject, ob_refcnt);
SAME(Object, type, PyObject, ob_type);
SAME_SIZE(VarObject, PyVarObject);
SAME(VarObject, size, PyVarObject, ob_size);

// ---- Types --------------------------------------------------------------------------------------------------------
SAME_SIZE(Type, PyTypeObject);
SAME(Type, name, PyTypeObject, tp_name);
SAME(Type, basicsize, PyTypeObject, tp_basicsize);
SAME(Type, itemsize, PyTypeObject, tp_itemsize);
SAME(Type, dealloc, PyTypeObject, tp_dealloc);
SAME(Type, vectorcall_offset, PyTypeObject, tp_vectorcall_offset);
SAME(Type, getattr, PyTypeObject, tp_getattr);
SAME(Type, setattr, PyTypeObject, tp_setattr);
SAME(Type, as_async, PyTypeObject, tp_as_async);
SAME(Type, repr, PyTypeObject, tp_repr);
SAME(Type, as_number, PyTypeObject, tp_as_number);
SAME(Type, as_sequence, PyTypeObject, tp_as_sequence);
SAME(Type, as_mapping, PyTypeObject, tp_as_mapping);
SAME(Type, hash, PyTypeObject, tp_hash);
SAME(Type, call, PyTypeObject, tp_call);
SAME(Type, str, PyTypeObject, tp_str);
SAME(Type, getattro, PyTypeObject, tp_getattro);
SAME(Type, setattro, PyTypeObject, tp_setattro);
SAME(Type, as_buffer, PyTypeObject, tp_as_buffer);
SAME(Type, flags, PyTypeObject, tp_flags);
SAME(Type, doc, PyTypeObject, tp_doc);
SAME(Type, traverse, PyTypeObject, tp_traverse);
SAME(Type, clear, PyTypeObject, tp_clear);
SAME(Type, richcompare, PyTypeObject, tp_richcompare);
SAME(Type, weaklistoffset, PyTypeObject, tp_weaklistoffset);
SAME(Type, iter, PyTypeObject, tp_iter);
SAME(Type, iternext, PyTypeObject, tp_iternext);
SAME(Type, methods, PyTypeObject, tp_methods);
SAME(Type, members, PyTypeObject, tp_members);
SAME(Type, getset, PyTypeObject, tp_getset);
SAME(Type, base_type, PyTypeObject, tp_base);
SAME(Type, dict, PyTypeObject, tp_dict);
SAME(Type, descr_get, PyTypeObject, tp_descr_get);
SAME(Type, descr_set, PyTypeObject, tp_descr_set);
SAME(Type, dictoffset, PyTypeObject, tp_dictoffset);
SAME(Type, init, PyTypeObject, tp_init);
SAME(Type, alloc, PyTypeObject, tp_alloc);
SAME(Type, new_, PyTypeObject, tp_new);
SAME(Type, free, PyTypeObject, tp_free);
SAME(Type, is_gc, PyTypeObject, tp_is_gc);
SAME(Type, bases, PyTypeObject, tp_bases);
SAME(Type, mro, PyTypeObject, tp_mro);
SAME(Type, cache, PyTypeObject, tp_cache);
SAME(Type, subclasses, PyTypeObject, tp_subclasses);
SAME(Type, weaklist, PyTypeObject, tp_weaklist);
SAME(Type, del, PyTypeObject, tp_del);
SAME(Type, version_tag, PyTypeObject, tp_version_tag);
SAME(Type, finalize, PyTypeObject, tp_finalize);
SAME(Type, vectorcall, PyTypeObject, tp_vectorcall);
SAME_SIZE(HeapType, PyHeapTypeObject);
SAME(HeapType, as_async, PyHeapTypeObject, as_async);
SAME(HeapType, as_number, PyHeapTypeObject, as_number);
SAME(HeapType, as_mapping, PyHeapTypeObject, as_mapping);
SAME(HeapType, as_sequence, PyHeapTypeObject, as_sequence);
SAME(HeapType, as_buffer, PyHeapTypeObject, as_buffer);
SAME(HeapType, name, PyHeapTypeObject, ht_name);
SAME(HeapType, slots, PyHeapTypeObject, ht_slots);
SAME(HeapType, qualname, PyHeapTypeObject, ht_qualname);
SAME(HeapType, cached_keys, PyHeapTypeObject, ht_cached_keys);
SAME(HeapType, module, PyHeapTypeObject, ht_module);
SAME(HeapType, tp_name, PyHeapTypeObject, _ht_tpname);
SAME(HeapType, spec_cache, PyHeapTypeObject, _spec_cache);
SAME_SIZE(AsyncMethods, PyAsyncMethods);
SAME(AsyncMethods, await, PyAsyncMethods, am_await);
SAME(AsyncMethods, aiter, PyAsyncMethods, am_aiter);
SAME(AsyncMethods, anext, PyAsyncMethods, am_anext);
SAME(AsyncMethods, send, PyAsyncMethods, am_send);
SAME_SIZE(NumberMethods, PyNumberMethods);
SAME(NumberMethods, add, PyNumberMethods, nb_add);
SAME(NumberMethods, subtract, PyNumberMethods, nb_subtract);
SAME(NumberMethods, multiply, PyNumberMethods, nb_multiply);
SAME(NumberMethods, remainder, PyNumberMethods, nb_remainder);
SAME(NumberMethods, divmod, PyNumberMethods, nb_divmod);
SAME(NumberMethods, power, PyNumberMethods, nb_power);
SAME(NumberMethods, negative, PyNumberMethods, nb_negative);
SAME(NumberMethods, positive, PyNumberMethods, nb_positive);
SAME(NumberMethods, absolute, PyNumberMethods, nb_absolute);
SAME(NumberMethods, boolean, PyNumberMethods, nb_bool);
SAME(NumberMethods, invert, PyNumberMethods, nb_invert);
SAME(NumberMethods, lshift, PyNumberMethods, nb_lshift);
SAME(NumberMethods, rshift, PyNumberMethods, nb_rshift);
SAME(NumberMethods, and_, PyNumberMethods, nb_and);
SAME(NumberMethods, xor_, PyNumberMethods, nb_xor);
SAME(NumberMethods, or_, PyNumberMethods, nb_or);
SAME(NumberMethods, int_, PyNumberMethods, nb_int);
SAME(NumberMethods, float_, PyNumberMethods, nb_float);
SAME(NumberMethods, inplace_add, PyNumberMethods, nb_inplace_add);
SAME(NumberMethods, inplace_subtract, PyNumberMethods, nb_inplace_subtract);
SAME(NumberMethods, inplace_multiply, PyNumberMethods, nb_inplace_multiply);
SAME(NumberMethods, inplace_remainder, PyNumberMethods, nb_inplace_remainder);
SAME(NumberMethods, inplace_power, PyNumberMethods, nb_inplace_power);
SAME(NumberMethods, inplace_lshift, PyNumberMethods, nb_inplace_lshift);
SAME(NumberMethods, inplace_rshift, PyNumberMethods, nb_inplace_rshift);
SAME(NumberMethods, inplace_and, PyNumberMethods, nb_inplace_and);
SAME(NumberMethods, inplace_xor, PyNumberMethods, nb_inplace_xor);
SAME(NumberMethods, inplace_or, PyNumberMethods, nb_inplace_or);
SAME(NumberMethods, floor_divide, PyNumberMethods, nb_floor_divide);
SAME(NumberMethods, true_divide, PyNumberMethods, nb_true_divide);
SAME(NumberMethods, inplace_floor_divide, PyNumberMethods, nb_inplace_floor_divide);
SAME(NumberMethods, inplace_true_divide, PyNumberMethods, nb_inplace_true_divide);
SAME(NumberMethods, index, PyNumberMethods, nb_index);
SAME(NumberMethods, matrix_multiply, PyNumberMethods, nb_matrix_multiply);
SAME(NumberMethods, inplace_matrix_multiply, PyNumberMethods, nb_inplace_matrix_multiply);
SAME_SIZE(SequenceMethods, PySequenceMethods);
SAME(SequenceMethods, length, PySequenceMethods, sq_length);
SAME(SequenceMethods, concat, PySequenceMethods, sq_concat);
SAME(SequenceMethods, repeat, PySequenceMethods, sq_repeat);
SAME(SequenceMethods, item, PySequenceMethods, sq_item);
SAME(SequenceMethods, ass_item, PySequenceMethods, sq_ass_item);
SAME(SequenceMethods, contains, PySequenceMethods, sq_contains);
SAME(SequenceMethods, inplace_concat, PySequenceMethods, sq_inplace_concat);
SAME(SequenceMethods, inplace_repeat, PySequenceMethods, sq_inplace_repeat);
SAME_SIZE(MappingMethods, PyMappingMethods);
SAME(MappingMethods, length, PyMappingMethods, mp_length);
SAME(MappingMethods, subscript, PyMappingMethods, mp_subscript);
SAME(MappingMethods, ass_subscript, PyMappingMethods, mp_ass_subscript);
SAME_SIZE(BufferProcs, PyBufferProcs);
SAME(BufferProcs, get, PyBufferProcs, bf_getbuffer);
SAME(BufferProcs, release, PyBufferProcs, bf_releasebuffer);
SAME_SIZE(Buffer, Py_buffer);
SAME(Buffer, buf, Py_buffer, buf);
SAME(Buffer, obj, Py_buffer, obj);
SAME(Buffer, len, Py_buffer, len);
SAME(Buffer, itemsize, Py_buffer, itemsize);
SAME(Buffer, readonly, Py_buffer, readonly);
SAME(Buffer, ndim, Py_buffer, ndim);
SAME(Buffer, format, Py_buffer, format);
SAME(Buffer, shape, Py_buffer, shape);
SAME(Buffer, strides, Py_buffer, strides);
SAME(Buffer, suboffsets, Py_buffer, suboffsets);
SAME(Buffer, internal, Py_buffer, internal);
SAME_SIZE(MethodDef, PyMethodDef);
SAME(MethodDef, name, PyMethodDef, ml_name);
SAME(MethodDef, function, PyMethodDef, ml_meth);
SAME(MethodDef, flags, PyMethodDef, ml_flags);
SAME(MethodDef, doc, PyMethodDef, ml_doc);
SAME_SIZE(MemberDef, PyMemberDef);
SAME(MemberDef, name, PyMemberDef, name);
SAME(MemberDef, type, PyMemberDef, type);
SAME(MemberDef, offset, PyMemberDef, offset);
SAME(MemberDef, flags, PyMemberDef, flags);
SAME(MemberDef, doc, PyMemberDef, doc);
SAME_SIZE(GetSetDef, PyGetSetDef);
SAME(GetSetDef, name, PyGetSetDef, name);
SAME(GetSetDef, get, PyGetSetDef, get);
SAME(GetSetDef, set, PyGetSetDef, set);
SAME(GetSetDef, doc, PyGetSetDef, doc);
SAME(GetSetDef, closure, PyGetSetDef, closure);

// ---- Numbers and text ---------------------------------------------------------------------------------------------
SAME_SIZE(Int, PyLongObject);
SAME(Int, digits, PyLongObject, ob_digit);
SAME_SIZE(Float, PyFloatObject);
SAME(Float, value, PyFloatObject, ob_fval);
SAME_SIZE(Complex, PyComplexObject);
SAME(Complex, real, PyComplexObject, cval);
SAME_SIZE(Bytes, PyBytesObject);
SAME(Bytes, hash, PyBytesObject, ob_shash);
SAME(Bytes, data, PyBytesObject, ob_sval);
SAME_SIZE(ByteArray, PyByteArrayObject);
SAME(ByteArray, alloc, PyByteArrayObject, ob_alloc);
SAME(ByteArray, bytes, PyByteArrayObject, ob_bytes);
SAME(ByteArray, start, PyByteArrayObject, ob_start);
SAME_SIZE(Str, PyASCIIObject);
SAME(Str, length, PyASCIIObject, length);
SAME(Str, hash, PyASCIIObject, hash);
SAME(Str, state, PyASCIIObject, state);
SAME(Str, wstr, PyASCIIObject, wstr);
SAME_SIZE(CompactStr, PyCompactUnicodeObject);
SAME(CompactStr, utf8_length, PyCompactUnicodeObject, utf8_length);
SAME(CompactStr, utf8, PyCompactUnicodeObject, utf8);
SAME_SIZE(LegacyStr, PyUnicodeObject);
SAME(LegacyStr, data, PyUnicodeObject, data);

// ---- Containers ---------------------------------------------------------------------------------------------------
SAME_SIZE(List, PyListObject);
SAME(List, items, PyListObject, ob_item);
SAME(List, allocated, PyListObject, allocated);
SAME_SIZE(Tuple, PyTupleObject);
SAME(Tuple, items, PyTupleObject, ob_item);
SAME_SIZE(Dict, PyDictObject);
SAME(Dict, used, PyDictObject, ma_used);
SAME(Dict, version_tag, PyDictObject, ma_version_tag);
SAME(Dict, keys, PyDictObject, ma_keys);
SAME(Dict, values, PyDictObject, ma_values);
SAME_SIZE(Set, PySetObject);
SAME(Set, fill, PySetObject, fill);
SAME(Set, used, PySetObject, used);
SAME(Set, mask, PySetObject, mask);
SAME(Set, table, PySetObject, table);
SAME(Set, hash, PySetObject, hash);
SAME(Set, finger, PySetObject, finger);
SAME(Set, smalltable, PySetObject, smalltable);
SAME(Set, weakreflist, PySetObject, weakreflist);
SAME_SIZE(Slice, PySliceObject);
SAME(Slice, start, PySliceObject, start);
SAME(Slice, stop, PySliceObject, stop);
SAME(Slice, step, PySliceObject, step);
SAME_SIZE(MemoryView, PyMemoryViewObject);
SAME(MemoryView, flags, PyMemoryViewObject, flags);
SAME(MemoryView, exports, PyMemoryViewObject, exports);
SAME(MemoryView, view, PyMemoryViewObject, view);

// ---- Callables ----------------------------------------------------------------------------------------------------
SAME_SIZE(BuiltinFunction, PyCFunctionObject);
SAME(BuiltinFunction, def, PyCFunctionObject, m_ml);
SAME(BuiltinFunction, self, PyCFunctionObject, m_self);
SAME(BuiltinFunction, module, PyCFunctionObject, m_module);
SAME(BuiltinFunction, weakreflist, PyCFunctionObject, m_weakreflist);
SAME(BuiltinFunction, vectorcall, PyCFunctionObject, vectorcall);
SAME_SIZE(BuiltinMethod, PyCMethodObject);
SAME(BuiltinMethod, defining_class, PyCMethodObject, mm_class);
SAME_SIZE(Method, PyMethodObject);
SAME(Method, function, PyMethodObject, im_func);
SAME(Method, self, PyMethodObject, im_self);
SAME(Method, weakreflist, PyMethodObject, im_weakreflist);
SAME(Method, vectorcall, PyMethodObject, vectorcall);
SAME_SIZE(Descriptor, PyDescrObject);
SAME(Descriptor, owner, PyDescrObject, d_type);
SAME(Descriptor, name, PyDescrObject, d_name);
SAME(Descriptor, qualname, PyDescrObject, d_qualname);
SAME_SIZE(MethodDescriptor, PyMethodDescrObject);
SAME(MethodDescriptor, def, PyMethodDescrObject, d_method);
SAME(MethodDescriptor, vectorcall, PyMethodDescrObject, vectorcall);
SAME_SIZE(MemberDescriptor, PyMemberDescrObject);
SAME_SIZE(GetSetDescriptor, PyGetSetDescrObject);
SAME_SIZE(WrapperDescriptor, PyWrapperDescrObject);
SAME_SIZE(Cell, PyCellObject);
SAME(Cell, value, PyCellObject, ob_ref);
SAME_SIZE(Function, PyFunctionObject);

// ---- Execution ----------------------------------------------------------------------------------------------------
SAME_SIZE(Code, PyCodeObject);
SAME(Code, flags, PyCodeObject, co_flags);
SAME(Code, filename, PyCodeObject, co_filename);
SAME(Code, name, PyCodeObject, co_name);
SAME_SIZE(Traceback, PyTracebackObject);
SAME(Traceback, next, PyTracebackObject, tb_next);
SAME(Traceback, frame, PyTracebackObject, tb_frame);
SAME(ThreadState, interp, PyThreadState, interp);
SAME(ThreadState, recursion_remaining, PyThreadState, recursion_remaining);
SAME(ThreadState, recursion_limit, PyThreadState, recursion_limit);
SAME(ThreadState, tracing, PyThreadState, tracing);
SAME(ThreadState, c_profilefunc, PyThreadState, c_profilefunc);
SAME(ThreadState, curexc_traceback, PyThreadState, curexc_traceback);
SAME(ThreadState, gilstate_counter, PyThreadState, gilstate_counter);
SAME(ThreadState, exc_info, PyThreadState, exc_info);
SAME(ThreadState, trash_delete_nesting, PyThreadState, trash_delete_nesting);
SAME(ThreadState, context, PyThreadState, context);
SAME(ThreadState, context_ver, PyThreadState, context_ver);

// ---- Weak references and exceptions -------------------------------------------------------------------------------
SAME_SIZE(WeakReference, PyWeakReference);
SAME(WeakReference, object, PyWeakReference, wr_object);
SAME(WeakReference, callback, PyWeakReference, wr_callback);
SAME(WeakReference, hash, PyWeakReference, hash);
SAME(WeakReference, vectorcall, PyWeakReference, vectorcall);
SAME_SIZE(BaseExceptionObject, PyBaseExceptionObject);
SAME(BaseExceptionObject, dict, PyBaseExceptionObject, dict);
SAME(BaseExceptionObject, args, PyBaseExceptionObject, args);
SAME(BaseExceptionObject, notes, PyBaseExceptionObject, notes);
SAME(BaseExceptionObject, traceback, PyBaseExceptionObject, traceback);
SAME(BaseExceptionObject, context, PyBaseExceptionObject, context);
SAME(BaseExceptionObject, cause, PyBaseExceptionObject, cause);
SAME_SIZE(ExceptionGroupObject, PyBaseExceptionGroupObject);
SAME_SIZE(SyntaxErrorObject, PySyntaxErrorObject);
SAME_SIZE(ImportErrorObject, PyImportErrorObject);
SAME_SIZE(UnicodeErrorObject, PyUnicodeErrorObject);
SAME_SIZE(SystemExitObject, PySystemExitObject);
SAME_SIZE(OSErrorObject, PyOSErrorObject);
SAME(OSErrorObject, strerror, PyOSErrorObject, strerror);
SAME_SIZE(StopIterationObject, PyStopIterationObject);
SAME(StopIterationObject, value, PyStopIterationObject, value);
SAME_SIZE(NameErrorObject, PyNameErrorObject);
SAME_SIZE(AttributeErrorObject, PyAttributeErrorObject);

// ---- Flags and codes
// -------------------------------------------------------------------------------------------------
static_assert(minipy::kTypeManagedDict == Py_TPFLAGS_MANAGED_DICT);
static_assert(minipy::kTypeSequence == Py_TPFLAGS_SEQUENCE);
static_assert(minipy::kTypeMapping == Py_TPFLAGS_MAPPING);
static_assert(minipy::kTypeDisallowInstantiation == Py_TPFLAGS_DISALLOW_INSTANTIATION);
static_assert(minipy::kTypeImmutable == Py_TPFLAGS_IMMUTABLETYPE);
static_assert(minipy::kTypeHeap == Py_TPFLAGS_HEAPTYPE);
static_assert(minipy::kTypeBaseType == Py_TPFLAGS_BASETYPE);
static_assert(minipy::kTypeHaveVectorcall == Py_TPFLAGS_HAVE_VECTORCALL);
static_assert(minipy::kTypeReady == Py_TPFLAGS_READY);
static_assert(minipy::kTypeReadying == Py_TPFLAGS_READYING);
static_assert(minipy::kTypeHaveGc == Py_TPFLAGS_HAVE_GC);
static_assert(minipy::kTypeMethodDescriptor == Py_TPFLAGS_METHOD_DESCRIPTOR);
static_assert(minipy::kTypeValidVersionTag == Py_TPFLAGS_VALID_VERSION_TAG);
static_assert(minipy::kTypeAbstract == Py_TPFLAGS_IS_ABSTRACT);
static_assert(minipy::kTypeIntSubclass == Py_TPFLAGS_LONG_SUBCLASS);
static_assert(minipy::kTypeListSubclass == Py_TPFLAGS_LIST_SUBCLASS);
static_assert(minipy::kTypeTupleSubclass == Py_TPFLAGS_TUPLE_SUBCLASS);
static_assert(minipy::kTypeBytesSubclass == Py_TPFLAGS_BYTES_SUBCLASS);
static_assert(minipy::kTypeStrSubclass == Py_TPFLAGS_UNICODE_SUBCLASS);
static_assert(minipy::kTypeDictSubclass == Py_TPFLAGS_DICT_SUBCLASS);
static_assert(minipy::kTypeExceptionSubclass == Py_TPFLAGS_BASE_EXC_SUBCLASS);
static_assert(minipy::kTypeTypeSubclass == Py_TPFLAGS_TYPE_SUBCLASS);
static_assert(minipy::kTypeDefault == Py_TPFLAGS_DEFAULT);
static_assert(minipy::kTypeMatchSelf == _Py_TPFLAGS_MATCH_SELF);
static_assert(minipy::kMethVarArgs == METH_VARARGS);
static_assert(minipy::kMethKeywords == METH_KEYWORDS);
static_assert(minipy::kMethNoArgs == METH_NOARGS);
static_assert(minipy::kMethO == METH_O);
static_assert(minipy::kMethClass == METH_CLASS);
static_assert(minipy::kMethStatic == METH_STATIC);
static_assert(minipy::kMethCoexist == METH_COEXIST);
static_assert(minipy::kMethFastcall == METH_FASTCALL);
static_assert(minipy::kMethMethod == METH_METHOD);
static_assert(minipy::kMemberShort == T_SHORT);
static_assert(minipy::kMemberInt == T_INT);
static_assert(minipy::kMemberLong == T_LONG);
static_assert(minipy::kMemberFloat == T_FLOAT);
static_assert(minipy::kMemberDouble == T_DOUBLE);
static_assert(minipy::kMemberString == T_STRING);
static_assert(minipy::kMemberObject == T_OBJECT);
static_assert(minipy::kMemberChar == T_CHAR);
static_assert(minipy::kMemberByte == T_BYTE);
static_assert(minipy::kMemberUByte == T_UBYTE);
static_assert(minipy::kMemberUShort == T_USHORT);
static_assert(minipy::kMemberUInt == T_UINT);
static_assert(minipy::kMemberULong == T_ULONG);
static_assert(minipy::kMemberStringInplace == T_STRING_INPLACE);
static_assert(minipy::kMemberBool == T_BOOL);
static_assert(minipy::kMemberObjectEx == T_OBJECT_EX);
static_assert(minipy::kMemberLongLong == T_LONGLONG);
static_assert(minipy::kMemberULongLong == T_ULONGLONG);
static_assert(minipy::kMemberSsize == T_PYSSIZET);
static_assert(minipy::kMemberNone == T_NONE);
static_assert(minipy::kMemberReadonly == READONLY);
static_assert(static_cast<int>(minipy::kLt) == Py_LT);
static_assert(static_cast<int>(minipy::kLe) == Py_LE);
static_assert(static_cast<int>(minipy::kEq) == Py_EQ);
static_assert(static_cast<int>(minipy::kNe) == Py_NE);
static_assert(static_cast<int>(minipy::kGt) == Py_GT);
static_assert(static_cast<int>(minipy::kGe) == Py_GE);
static_assert(minipy::kVectorcallArgumentsOffset == PY_VECTORCALL_ARGUMENTS_OFFSET);
static_assert(minipy::kDigitBits == PyLong_SHIFT);

// ---- Opaque in the headers
// ---------------------------------------------------------------------------------------------
static_assert(sizeof(minipy::Module) == 56);
AT(Module, dict, 16);
AT(Module, def, 24);
AT(Module, state, 32);
AT(Module, weaklist, 40);
AT(Module, name, 48);
AT(Generator, code, 16);
static_assert(offsetof(PyGenObject, gi_code) == 16);
AT(FrameObject, back, 16);
AT(FrameObject, lineno, 40);
static_assert(sizeof(minipy::GcHeader) == 16);  // sys.getsizeof counts it

TEST(Abi, StateOfStrings) {
  minipy::StrState ours{};
  decltype(PyASCIIObject::state) theirs{};
  ours.interned = theirs.interned = 2;
  ours.kind = theirs.kind = 4;
  ours.compact = theirs.compact = 1;
  ours.ascii = theirs.ascii = 0;
  ours.ready = theirs.ready = 1;
  static_assert(sizeof ours == sizeof theirs);
  EXPECT_EQ(std::memcmp(&ours, &theirs, sizeof ours), 0);
}

}  // namespace
