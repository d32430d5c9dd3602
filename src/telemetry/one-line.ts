/** Text that may hold anything, as one line: line breaks and other control characters would tear a list of messages, or lose one. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ");
}
