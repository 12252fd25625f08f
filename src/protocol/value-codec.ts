// Values to and from MessagePack, guided by their type.
import type { Attribute, Attributes, Type } from '../schema/attribute.ts'
import { isNumber } from '../schema/number.ts'
import { describeKind, describeType, rememberType, typeFromJson, typeOfValue } from '../schema/type.ts'
import {
  field,
  isList,
  isObject,
  type ObjectValue,
  objectOf,
  SetValue,
  setOf,
  UNKNOWN,
  type Value,
} from '../schema/value.ts'
import { numberFromText, Packer, type Token, Unpacker } from './msgpack.ts'

/** Encodes an object, or null for none. Every attribute is written; absent ones are null. */
export function encodeObject(attributes: Attributes, value: ObjectValue | null): Uint8Array {
  return encodeValue({ kind: 'object', attributes }, value)
}

/** Decodes an object; undefined when there is none. Absent attributes become null. */
export function decodeObject(attributes: Attributes, input: Uint8Array): ObjectValue | undefined {
  const value = decodeValue({ kind: 'object', attributes }, input)
  if (value === null) return undefined
  if (!isObject(value)) throw new RangeError('an object is not known as a whole')
  return value
}

/** Encodes a value of a type. Throws TypeError if it is of another, which is a fault of whoever made it. */
export function encodeValue(type: Type, value: Value): Uint8Array {
  const packer = new Packer()
  pack(packer, type, value)
  return packer.result()
}

/** Decodes a value of a type. Unknowns with refinements are plain unknowns. Throws RangeError on anything else. */
export function decodeValue(type: Type, input: Uint8Array): Value {
  const unpacker = new Unpacker(input)
  const value = unpack(unpacker, type)
  if (!unpacker.done()) throw new RangeError('there is more than one value')
  return value
}

function pack(packer: Packer, type: Type, value: Value): void {
  if (value === null) packer.nil()
  else if (value === UNKNOWN) packer.unknown()
  else packKnown(packer, type, value)
}

function packKnown(packer: Packer, type: Type, value: Value): void {
  switch (type.kind) {
    case 'string':
      packer.text(typeof value === 'string' ? value : refuse(type, value))
      break
    case 'number':
      packer.number(isNumber(value) ? value : refuse(type, value))
      break
    case 'bool':
      packer.bool(typeof value === 'boolean' ? value : refuse(type, value))
      break
    case 'dynamic':
      packDynamic(packer, value)
      break
    case 'list':
    case 'set':
      packElements(packer, elementsOf(type, value), () => type.element)
      break
    case 'tuple':
      packElements(packer, elementsOf(type, value), (i) => type.elements[i] ?? refuse(type, value))
      break
    case 'map': {
      const object = isObject(value) ? value : refuse(type, value)
      packEntries(packer, Object.keys(object), (key) => pack(packer, type.element, object[key] as Value))
      break
    }
    case 'object': {
      const object = isObject(value) ? value : refuse(type, value)
      packEntries(packer, Object.keys(type.attributes), (name) =>
        pack(packer, (type.attributes[name] as Attribute).type, field(object, name) ?? null),
      )
    }
  }
}

function elementsOf(type: Type, value: Value): readonly Value[] {
  if (value instanceof SetValue) return value.elements
  return isList(value) ? value : refuse(type, value)
}

function packElements(packer: Packer, elements: readonly Value[], typeAt: (index: number) => Type): void {
  packer.array(elements.length)
  elements.forEach((element, i) => {
    pack(packer, typeAt(i), element)
  })
}

function packEntries(packer: Packer, keys: readonly string[], packValue: (key: string) => void): void {
  packer.map(keys.length)
  for (const key of keys) {
    packer.text(key)
    packValue(key)
  }
}

function packDynamic(packer: Packer, value: Value): void {
  const json = typeOfValue(value)
  packer.array(2)
  packer.binary(Buffer.from(JSON.stringify(json)))
  pack(packer, typeFromJson(json), value)
}

function unpack(unpacker: Unpacker, type: Type): Value {
  const token = unpacker.next()
  if (token.kind === 'nil') return null
  if (token.kind === 'extension') return UNKNOWN
  switch (type.kind) {
    case 'string':
      return token.kind === 'text' ? token.value : mismatch(type, token)
    case 'number':
      if (token.kind === 'text') return numberFromText(token.value)
      return token.kind === 'number' ? token.value : mismatch(type, token)
    case 'bool':
      return token.kind === 'bool' ? token.value : mismatch(type, token)
    case 'dynamic':
      return unpackDynamic(unpacker, token)
    case 'list':
      return unpackElements(unpacker, token, type, () => type.element)
    case 'set':
      return setOf(unpackElements(unpacker, token, type, () => type.element))
    case 'tuple':
      return unpackElements(unpacker, token, type, (i) => type.elements[i])
    case 'map':
      return objectOf(unpackEntries(unpacker, token, type, () => type.element))
    case 'object': {
      const { attributes } = type
      const got = objectOf(
        unpackEntries(unpacker, token, type, (name) =>
          Object.hasOwn(attributes, name) ? attributes[name]?.type : undefined,
        ),
      )
      return objectOf(Object.keys(attributes).map((name) => [name, field(got, name) ?? null]))
    }
  }
}

function unpackElements(
  unpacker: Unpacker,
  token: Token,
  type: Type,
  typeAt: (index: number) => Type | undefined,
): Value[] {
  if (token.kind !== 'array') return mismatch(type, token)
  return Array.from({ length: token.size }, (_, i) => unpack(unpacker, typeAt(i) ?? mismatch(type, token)))
}

function unpackEntries(
  unpacker: Unpacker,
  token: Token,
  type: Type,
  typeAt: (key: string) => Type | undefined,
): [string, Value][] {
  if (token.kind !== 'map') return mismatch(type, token)
  return Array.from({ length: token.size }, () => {
    const key = unpacker.next()
    if (key.kind !== 'text') return mismatch(type, key)
    return [key.value, unpack(unpacker, typeAt(key.value) ?? mismatch(type, token))]
  })
}

function unpackDynamic(unpacker: Unpacker, token: Token): Value {
  const dynamic: Type = { kind: 'dynamic' }
  if (token.kind !== 'array' || token.size !== 2) return mismatch(dynamic, token)
  const json = unpacker.next()
  if (json.kind !== 'binary' && json.kind !== 'text') return mismatch(dynamic, json)
  const type = typeFromJson(JSON.parse(Buffer.from(json.value).toString('utf8')))
  // A list must not go back as a tuple, nor a map as an object.
  return rememberType(unpack(unpacker, type), type)
}

function refuse(type: Type, value: Value): never {
  throw new TypeError(`a ${describeType(type)} was expected, not ${describeKind(value)}`)
}

function mismatch(type: Type, token: Token): never {
  throw new RangeError(`a ${describeType(type)} was expected, not ${token.kind}`)
}
