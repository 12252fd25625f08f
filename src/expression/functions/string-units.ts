// What counts as one character.

// Made when it is first needed: it takes as long as planning a small project.
let segmenter: Intl.Segmenter | undefined

/** The characters of a text as a reader sees them. */
export function graphemes(text: string): string[] {
  // Without line ends, each ASCII character stands for itself.
  if (/^[ -~]*$/.test(text)) return text.split('')
  segmenter ??= new Intl.Segmenter('und', { granularity: 'grapheme' })
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}
