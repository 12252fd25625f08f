/**
 * A construct id that can be read in addresses, which keep only letters, digits, `-` and `_` of it.
 *
 * Different texts have different ids, and the id of a text depends on nothing else: an id that changed because an entry
 * was added or moved would replace an object of the service. Text that cannot be made readable that way stays as it
 * is, and addresses tell it apart by their hash.
 */
export function constructId(text: string): string {
  if (/^[\p{L}\p{N}_]+([.-][\p{L}\p{N}_]+)*@[\p{L}\p{N}]+([.-][\p{L}\p{N}]+)*$/u.test(text)) {
    return text.replaceAll('-', '--').replaceAll('.', '-').replace('@', '_at_')
  }
  if (/^[\p{L}\p{N}_]+([ -][\p{L}\p{N}_]+)*$/u.test(text)) {
    return text.replaceAll('-', '--').replaceAll(' ', '-')
  }
  return text
}
