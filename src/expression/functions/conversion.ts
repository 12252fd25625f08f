// Functions between types, and on sensitivity marks.

import { describeKind } from '../../schema/type.ts'
import { isList, isObject, Sensitive, SetValue, UNKNOWN, type Value } from '../../schema/value.ts'
import { convert, Mismatch, type Shape } from '../convert.ts'
import { allow, anything, define, type Func } from './define.ts'
import { elementShape } from './define-unified.ts'

/** Marks and unknowns stay where they are. */
function conversion(shapeFor: (value: Value) => Shape): Func {
  const take = (value: Value): Value => {
    if (value instanceof Sensitive) return new Sensitive(take(value.value))
    return value === null || value === UNKNOWN ? value : convert(value, shapeFor(value))
  }
  return define([allow({ ...anything('v'), take }, 'nullable', 'unknowns', 'marks')], ([value]) => value)
}

function sequence(kind: 'list' | 'set'): Func {
  return conversion((value) => {
    if (value instanceof SetValue) return { kind, element: elementShape(value, value.elements) }
    if (isList(value)) return { kind, element: elementShape(value, value) }
    throw new Mismatch(`${describeKind(value)} cannot become a ${kind}`)
  })
}

const marked = allow(anything('value'), 'nullable', 'unknowns', 'marks')

export const conversionFunctions: Readonly<Record<string, Func>> = {
  // Nothing ephemeral reaches an expression.
  ephemeralasnull: define([marked], ([value]) => value),
  issensitive: define([marked], ([value]) =>
    value instanceof Sensitive ? true : value === UNKNOWN ? UNKNOWN : false,
  ),
  nonsensitive: define([marked], ([value]) => (value instanceof Sensitive ? value.value : value)),
  sensitive: define([marked], ([value]) => new Sensitive(value)),
  tobool: conversion(() => ({ kind: 'bool' })),
  tolist: sequence('list'),
  tomap: conversion((value) => {
    if (!isObject(value)) throw new Mismatch(`${describeKind(value)} cannot become a map`)
    return { kind: 'map', element: elementShape(value, Object.values(value)) }
  }),
  tonumber: conversion(() => ({ kind: 'number' })),
  toset: sequence('set'),
  tostring: conversion(() => ({ kind: 'string' })),
}
