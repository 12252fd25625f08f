// What counts as one character.

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** The characters of a text as a reader sees them. */
export function graphemes(text: string): string[] {
  // Without line ends, each ASCII character stands for itself.
  if (/^[ -~]*$/.test(text)) return text.split('')
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}
